"""Batches of one epoch, planned by Longitude from the token shards and read from one safetensors file.

A batch is shared out by windows: process r of n takes every n-th. Loss weights are already divided by the totals of
the whole batch, so the losses of all processes add up to that of the batch, however many there are.
"""

import pathlib
import time

import torch
from safetensors import safe_open

WAIT_SECONDS = 3600


class BatchFile:
    def __init__(self, path: pathlib.Path, run: str) -> None:
        begin = time.monotonic()
        while not path.exists():
            if time.monotonic() - begin > WAIT_SECONDS:
                raise TimeoutError(f"{path.name} was not planned in time: is `longitude train --feed` running?")
            time.sleep(0.2)
        with safe_open(path, "pt") as file:
            if file.metadata()["run"] != run:
                raise ValueError(f"{path.name} belongs to another run")
            self.tensors = {name: file.get_tensor(name) for name in file.keys()}
        self.windows, self.times = self.tensors["shapes"].long().unbind(1)
        self.starts = torch.cat((torch.zeros(1, dtype=torch.long), (self.windows * self.times).cumsum(0)))
        self.read_starts = self.tensors["readStarts"].tolist()

    def __len__(self) -> int:
        return len(self.windows)

    def totals(self, i: int) -> tuple[float, float, int]:
        """Sum of target weights, sum of read weights, real tokens."""
        targets, reads, tokens = self.tensors["totals"][i].tolist()
        return targets, reads, int(tokens)

    def part(self, i: int, rank: int, world: int, device: torch.device) -> dict:
        windows, time_, start = int(self.windows[i]), int(self.times[i]), int(self.starts[i])
        own = torch.arange(rank, windows, world)
        idle = len(own) == 0
        if idle:
            own = torch.zeros(1, dtype=torch.long)
        part = {}
        for name in ("tokens", "positions", "segments", "targets", "targetWeights"):
            rows = self.tensors[name][start : start + windows * time_].view(windows, time_)[own]
            part[name] = rows.to(device) if name == "targetWeights" else rows.long().to(device)
        if idle:
            part["targetWeights"].zero_()
        first, last = self.read_starts[i], self.read_starts[i + 1]
        reads = self.tensors["reads"][first:last].long()
        mine = (torch.div(reads, time_, rounding_mode="floor") % world == rank).nonzero().flatten()
        if idle:
            mine = mine[:0]
        reads = reads[mine]
        window = torch.div(reads, time_, rounding_mode="floor")
        part["reads"] = (torch.div(window, world, rounding_mode="floor") * time_ + reads % time_).to(device)
        for name in ("exposure", "events"):
            part[name] = self.tensors[name][first:last][mine].to(device)
        return part
