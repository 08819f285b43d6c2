"""Writes tiny random models as transformers writes them, and says what logits they give as stored.

Standard input: {"models": [{"folder", "family": "llama" | "qwen2", "dtype", "shard", "config": {...}}], "ids": [...]}.
Standard output: the logits of each, [time][vocabulary].
"""

import json
import sys

import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

FAMILIES = {"llama": (LlamaForCausalLM, LlamaConfig), "qwen2": (Qwen2ForCausalLM, Qwen2Config)}

request = json.load(sys.stdin)
answers = []
for seed, wanted in enumerate(request["models"]):
    torch.manual_seed(seed)
    family, config = FAMILIES[wanted["family"]]
    model = family(config(initializer_range=0.3, **wanted["config"]))
    for parameter in model.parameters():
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter, mean=0.7, std=0.3)
    model.to(getattr(torch, wanted["dtype"])).save_pretrained(wanted["folder"], max_shard_size=wanted["shard"])
    stored = family.from_pretrained(wanted["folder"], dtype=torch.float32).eval()
    with torch.no_grad():
        answers.append(stored(input_ids=torch.tensor([request["ids"]])).logits[0].tolist())
json.dump(answers, sys.stdout)
