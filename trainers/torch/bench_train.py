"""Times training steps of the same decoder in PyTorch, for `npm run bench:train`.

The first line of standard input is one JSON object:
  {"architecture": {...}, "threads": 2, "mode": "eager-float32" | "eager-bfloat16" | "compiled-float32" | ...,
   "batches": [[[token, ...], ...], ...]}
Each batch is padded to its longest row, as the published code of this field does. After warming up it answers with a
line {"torch": version, "tokensPerSecond": real tokens a second of the last warm-up step}. Each further line, a number of steps, is answered with one line {"seconds", "realTokens"}
of so many steps, unpadded tokens only.
"""

import json
import sys
import time

import torch

from reference_model import Decoder


def padded(batch: list) -> tuple:
    width = max(len(row) for row in batch)
    tokens = torch.zeros(len(batch), width, dtype=torch.long)
    targets = torch.full((len(batch), width), -100, dtype=torch.long)
    for i, row in enumerate(batch):
        tokens[i, : len(row)] = torch.tensor(row)
        targets[i, : len(row) - 1] = torch.tensor(row[1:])
    return tokens, targets, sum(len(row) for row in batch)


def main() -> None:
    request = json.loads(sys.stdin.readline())
    torch.set_num_threads(request["threads"])
    torch.manual_seed(0)
    model = Decoder(request["architecture"])
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1)
    mode = request["mode"]
    runner = torch.compile(model) if mode.startswith("compiled") else model
    autocast = torch.autocast("cpu", dtype=torch.bfloat16, enabled=mode.endswith("bfloat16"))
    batches = [padded(batch) for batch in request["batches"]]

    def step(i: int) -> int:
        tokens, targets, count = batches[i % len(batches)]
        optimiser.zero_grad(set_to_none=True)
        with autocast:
            logits = runner(tokens)
        loss = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        return count

    # The rate of the last warming step says whether a mode can take part, so it must be past the first steps.
    # A compiled model meets two shapes before its sizes are open; more would only repeat.
    for i in range(3 if mode.startswith("compiled") else 4):
        begin = time.perf_counter()
        rate = step(i) / (time.perf_counter() - begin)
    print(json.dumps({"torch": torch.__version__, "tokensPerSecond": rate}), flush=True)
    done = 0
    for line in sys.stdin:
        begin = time.perf_counter()
        count = 0
        for _ in range(int(line)):
            count += step(done)
            done += 1
        print(json.dumps({"seconds": time.perf_counter() - begin, "realTokens": count}), flush=True)


if __name__ == "__main__":
    main()
