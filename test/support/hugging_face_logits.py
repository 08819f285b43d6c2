"""Opens each folder of standard input with transformers, as it is; writes logits and token ids as JSON.

{"folders": [...], "ids": [...], "text": "..."} -> [{"class", "logits": [time][vocabulary], "encoded", "specials"}]
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

request = json.load(sys.stdin)
answers = []
for folder in request["folders"]:
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([request["ids"]])).logits[0]
    answers.append(
        {
            "class": type(model).__name__,
            "logits": logits.tolist(),
            "encoded": tokenizer(request["text"])["input_ids"],
            "pad": tokenizer.pad_token_id,
            "start": tokenizer.bos_token_id,
            "unknown": tokenizer.unk_token_id,
            "decoded": tokenizer.decode(request["ids"]),
        }
    )
json.dump(answers, sys.stdout)
