"""Losses of PyTorch over the steps of test/support/reference-run.ts: one JSON object in, one JSON list out.

`npx tsx tools/reference-losses.ts` feeds it and stores what it answers, or compares (`--check`).
"""

import json
import math
import sys

import torch

from bench_train import padded
from reference_model import Decoder


def main() -> None:
    request = json.load(sys.stdin)
    torch.set_num_threads(1)
    model = Decoder(request["architecture"])
    names = {}
    for part in request["parameters"]:
        name = part["name"].removeprefix("model.").replace("self_attn.", "").replace("mlp.", "")
        names[name] = torch.tensor(part["values"]).reshape(part["shape"])
    model.load_state_dict(names, strict=False)
    missing = {name for name, _ in model.named_parameters()} ^ set(names)
    assert not missing, missing
    o = request["optimiser"]
    matrices = [p for p in model.parameters() if p.dim() > 1]
    scales = [p for p in model.parameters() if p.dim() == 1]
    optimiser = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": o["weightDecay"]}, {"params": scales, "weight_decay": 0.0}],
        betas=(o["beta1"], o["beta2"]),
        eps=o["epsilon"],
    )
    losses = []
    for step, batch in enumerate(request["steps"], start=1):
        progress = min(1, max(0, (step - o["warmupSteps"]) / (o["totalSteps"] - o["warmupSteps"])))
        decay = o["finalShare"] + (1 - o["finalShare"]) * (1 + math.cos(math.pi * progress)) / 2
        for group in optimiser.param_groups:
            group["lr"] = o["peakLearningRate"] * min(1, step / o["warmupSteps"]) * decay
        tokens, targets, _ = padded(batch)
        optimiser.zero_grad(set_to_none=True)
        loss = torch.nn.functional.cross_entropy(model(tokens).flatten(0, 1), targets.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), o["clipNorm"])
        optimiser.step()
        losses.append(loss.item())
    json.dump({"torch": torch.__version__, "losses": losses}, sys.stdout)


if __name__ == "__main__":
    main()
