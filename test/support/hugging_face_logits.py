"""Opens each folder of standard input with transformers, as it is; writes logits and token ids as JSON.

{"folders": [...], "ids": [...], "text": "..."} -> [{"class", "unfit", "logits": [time][vocabulary], "encoded", "specials"}]
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

request = json.load(sys.stdin)
answers = []
for folder in request["folders"]:
    model, loading = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    model.eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([request["ids"]])).logits[0]
    answers.append(
        {
            "class": type(model).__name__,
            "unfit": sorted(name for kind in loading.values() for name in kind),
            "logits": logits.tolist(),
            "encoded": tokenizer(request["text"])["input_ids"],
            "pad": tokenizer.pad_token_id,
            "start": tokenizer.bos_token_id,
            "unknown": tokenizer.unk_token_id,
            "decoded": tokenizer.decode(request["ids"]),
        }
    )
json.dump(answers, sys.stdout)
