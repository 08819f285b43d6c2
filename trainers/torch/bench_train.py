"""Times training steps of the same decoder in PyTorch, for `npm run bench:train`.

Reads one JSON object on standard input:
  {"architecture": {...}, "threads": 2, "warmup": 2, "steps": 5, "mode": "eager-float32" | "eager-bfloat16" | ...,
   "batches": [{"tokens": [[...]], "lengths": [...]}, ...]}
Each batch is padded to its longest row, as the published code of this field does. Writes one JSON object with
seconds per step and the real (unpadded) tokens per step.
"""

import json
import sys
import time

import torch

from reference_model import Decoder


def main() -> None:
    request = json.load(sys.stdin)
    torch.set_num_threads(request["threads"])
    torch.manual_seed(0)
    model = Decoder(request["architecture"])
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1)
    mode = request["mode"]
    runner = torch.compile(model) if mode.startswith("compiled") else model
    autocast = torch.autocast("cpu", dtype=torch.bfloat16, enabled=mode.endswith("bfloat16"))

    batches = []
    for batch in request["batches"]:
        width = max(len(row) for row in batch)
        tokens = torch.zeros(len(batch), width, dtype=torch.long)
        targets = torch.full((len(batch), width), -100, dtype=torch.long)
        for i, row in enumerate(batch):
            tokens[i, : len(row)] = torch.tensor(row)
            targets[i, : len(row) - 1] = torch.tensor(row[1:])
        batches.append((tokens, targets, sum(len(row) for row in batch)))

    seconds, real = [], []
    for step in range(request["warmup"] + request["steps"]):
        tokens, targets, count = batches[step % len(batches)]
        begin = time.perf_counter()
        optimiser.zero_grad(set_to_none=True)
        with autocast:
            logits = runner(tokens)
        loss = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        elapsed = time.perf_counter() - begin
        if step >= request["warmup"]:
            seconds.append(elapsed)
            real.append(count)
    json.dump({"seconds": seconds, "realTokens": real, "torch": torch.__version__}, sys.stdout)


if __name__ == "__main__":
    main()
