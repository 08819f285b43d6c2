"""Everything that a run needs to go on: weights, moments, average, best so far, position. Written whole or not at all."""

import json
import os
import pathlib

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from .optimiser import Optimiser
from .parallel import Group, put, whole

SCHEMA = "longitude.torch-state/1"


def write_whole(path: pathlib.Path, tensors: dict, metadata: dict) -> None:
    """Beside its place, flushed, renamed: what was there stays until the new file is whole."""
    partial = path.with_name(path.name + ".partial")
    save_file(tensors, partial, metadata)
    with open(partial, "rb") as file:
        os.fsync(file.fileno())
    os.replace(partial, path)


def write_text(path: pathlib.Path, text: str) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text)
    os.replace(partial, path)


def save(path: pathlib.Path, run: str, position: dict, optimiser: Optimiser, best: dict, group: Group) -> None:
    """All processes take part; the first writes."""
    tensors = {}
    for name, parameter in optimiser.parameters.items():
        momentum, variance = optimiser.moments(name)
        for kind, tensor in (
            ("parameters", parameter),
            ("momentum", momentum),
            ("variance", variance),
            ("average", optimiser.average[name]),
            ("best", best[name]),
        ):
            value = whole(tensor)
            if group.rank == 0:
                tensors[f"{kind}/{name}"] = value.clone()
    if group.rank == 0:
        write_whole(path, tensors, {"schema": SCHEMA, "run": run, "position": json.dumps(position)})
    group.barrier()


def load(path: pathlib.Path, run: str, optimiser: Optimiser, best: dict) -> dict | None:
    """Fills the tensors and gives the position, or None when nothing is stored."""
    if not path.exists():
        return None
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
        if metadata["schema"] != SCHEMA or metadata["run"] != run:
            raise ValueError("the stored state belongs to another run")
        position = json.loads(metadata["position"])
        optimiser.set_steps(position["step"])
        for name, parameter in optimiser.parameters.items():
            momentum, variance = optimiser.moments(name)
            for kind, tensor in (
                ("parameters", parameter),
                ("momentum", momentum),
                ("variance", variance),
                ("average", optimiser.average[name]),
                ("best", best[name]),
            ):
                put(tensor, file.get_tensor(f"{kind}/{name}"))
    return position


def numel(parameters: dict) -> int:
    return sum(torch.Size(p.shape).numel() for p in parameters.values())
