"""Reads the checkpoint that a run starts from and writes the one that it ends with: the same folder, other weights."""

import json
import pathlib
import shutil

import torch
from safetensors.torch import load_file

from .parallel import Group, put, whole
from .state import write_text, write_whole

BODY = "model.safetensors"
HEAD = "onset_head.safetensors"


def read(folder: pathlib.Path, parameters: dict) -> None:
    tensors = load_file(folder / BODY)
    if (folder / HEAD).exists():
        tensors.update(load_file(folder / HEAD))
    missing = parameters.keys() - tensors.keys()
    if missing:
        raise ValueError(f"{len(missing)} of {len(parameters)} weights are missing from the first checkpoint")
    for name, parameter in parameters.items():
        put(parameter, tensors[name])


def write(folder: pathlib.Path, initial: pathlib.Path, weights: dict, record: dict, group: Group) -> None:
    """All processes take part; the first writes. `training.json` comes last: where it is, the folder is whole."""
    full = {}
    for name, tensor in weights.items():
        value = whole(tensor)
        if group.rank == 0:
            full[name] = value.clone()
    if group.rank == 0:
        folder.mkdir(parents=True, exist_ok=True)
        for path in initial.iterdir():
            if path.suffix != ".safetensors":
                shutil.copyfile(path, folder / path.name)
        is_head = lambda name: name.startswith("onset_head.")  # noqa: E731
        write_whole(folder / BODY, {n: t for n, t in full.items() if not is_head(n)}, {"format": "pt"})
        head = {n: t for n, t in full.items() if is_head(n)}
        if head:
            write_whole(folder / HEAD, head, {"format": "pt"})
        write_text(folder / "training.json", json.dumps(record, indent=2) + "\n")
    group.barrier()


def shrink_head(weights: dict, base: torch.Tensor, factor: float) -> None:
    """log h' = base + factor x (log h - base), in place; weights and bias are this process's parts or whole."""
    with torch.no_grad():
        weights["onset_head.weight"].mul_(factor)
        bias = weights["onset_head.bias"]
        put(bias, base + factor * (whole(bias) - base))
