"""AdamW, schedule and running average as the embedded trainer has them."""

import math

import torch

from .parallel import local


def learning_rate(step: int, o: dict) -> float:
    """Linear warm-up, then half a cosine from the peak to `finalShare` of it; `step` counts from 1."""
    warmup = max(1, o["warmupSteps"])
    rise = min(1.0, step / warmup)
    progress = min(1.0, max(0.0, (step - warmup) / max(1, o["totalSteps"] - warmup)))
    half = (1 - o["finalShare"]) / 2
    return o["peakLearningRate"] * rise * (math.cos(progress * math.pi) * half + half + o["finalShare"])


class Optimiser:
    """`parameters` and `average`: tensors by the checkpoint's names."""

    def __init__(self, parameters: dict, decaying: list[str], o: dict) -> None:
        self.settings = o
        self.parameters = parameters
        decays = set(decaying)
        groups = [
            {"params": [p for n, p in parameters.items() if n in decays], "weight_decay": o["weightDecay"]},
            {"params": [p for n, p in parameters.items() if n not in decays], "weight_decay": 0.0},
        ]
        self.adam = torch.optim.AdamW(
            groups, lr=o["peakLearningRate"], betas=(o["beta1"], o["beta2"]), eps=o["epsilon"], foreach=False
        )
        self.average = {n: p.detach().clone() for n, p in parameters.items()}

    def step(self, step: int) -> float:
        """One step; returns the norm of the gradient before it was clipped."""
        norm = torch.nn.utils.clip_grad_norm_(list(self.parameters.values()), self.settings["clipNorm"])
        for group in self.adam.param_groups:
            group["lr"] = learning_rate(step, self.settings)
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
        decay = self.settings["averageDecay"]
        with torch.no_grad():
            for name, average in self.average.items():
                local(average).mul_(decay).add_(local(self.parameters[name]), alpha=1 - decay)
        return float(norm.full_tensor() if hasattr(norm, "full_tensor") else norm)

    def moments(self, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        """Momentum and variance of one parameter; made when there are none yet."""
        parameter = self.parameters[name]
        state = self.adam.state[parameter]
        if "exp_avg" not in state:
            state["step"] = torch.zeros(())
            state["exp_avg"] = torch.zeros_like(parameter)
            state["exp_avg_sq"] = torch.zeros_like(parameter)
        return state["exp_avg"], state["exp_avg_sq"]

    def set_steps(self, steps: int) -> None:
        for name, parameter in self.parameters.items():
            self.moments(name)
            self.adam.state[parameter]["step"] = torch.tensor(float(steps))


class Swapped:
    """Within the block, the model has the given weights."""

    def __init__(self, parameters: dict, weights: dict) -> None:
        self.parameters, self.weights = parameters, weights

    def __enter__(self) -> None:
        self.kept = {n: local(p).detach().clone() for n, p in self.parameters.items()}
        self._copy({n: local(w) for n, w in self.weights.items()})

    def __exit__(self, *_: object) -> None:
        self._copy(self.kept)

    def _copy(self, values: dict) -> None:
        with torch.no_grad():
            for name, parameter in self.parameters.items():
                local(parameter).copy_(values[name])
