"""The run: the same batches, losses, optimiser, early stopping and calibration as the embedded trainer."""

import json
import math
import pathlib
import resource
import time

import torch

from . import checkpoint, state
from .batches import BatchFile
from .calibrate import best_shrinkage
from .events import emit
from .model import Decoder, onset_loss
from .optimiser import Optimiser, Swapped, learning_rate
from .parallel import Group


class Diverged(Exception):
    """The run learns nothing any more; the last good state is kept."""


def train(folder: str, sharding: str, threads: int) -> None:
    run = pathlib.Path(folder)
    plan = json.loads((run / "run.json").read_text())
    group = Group(sharding, threads)
    try:
        Run(run, plan, group).go()
    finally:
        group.close()


class Run:
    def __init__(self, folder: pathlib.Path, plan: dict, group: Group) -> None:
        self.folder, self.plan, self.group = folder, plan, group
        torch.manual_seed(plan["seed"])
        self.model = Decoder(plan["architecture"], plan["optimiser"]["dropout"])
        self.runner = group.wrap(self.model)
        self.parameters = dict(self.model.named_parameters())
        checkpoint.read(folder / "initial", self.parameters)
        self.optimiser = Optimiser(self.parameters, plan["decaying"], plan["optimiser"])
        self.best = {n: t.clone() for n, t in self.optimiser.average.items()}
        self.state_path = folder / "state.safetensors"
        self.position = state.load(self.state_path, plan["run"], self.optimiser, self.best) or {
            "step": 0,
            "epoch": 0,
            "batchInEpoch": 0,
            "nextEventSum": 0.0,
            "onsetSum": 0.0,
            "curve": [],
            "finished": False,
        }
        self.tuning = BatchFile(folder / "tuning.safetensors", plan["run"])
        self.recent = math.log(plan["architecture"]["vocabulary"])
        self.begun = time.monotonic()
        self.real_tokens = self.steps_here = 0

    def emit(self, kind: str, **fields: object) -> None:
        if self.group.rank == 0:
            emit(kind, **fields)

    def go(self) -> None:
        plan = self.plan
        self.emit(
            "start",
            parameters=state.numel(self.parameters),
            persons=plan["persons"],
            tuningPersons=plan["tuningPersons"],
            totalSteps=plan["optimiser"]["totalSteps"],
            resumedAtStep=self.position["step"],
        )
        while not self.position["finished"]:
            self.epoch()
        self.tell()
        self.finish()

    def tell(self) -> None:
        """Says which epoch is under way, so that the planner can work ahead and remove what is used."""
        if self.group.rank == 0:
            told = {"epoch": self.position["epoch"], "finished": self.position["finished"]}
            state.write_text(self.folder / "position.json", json.dumps(told))

    def save(self) -> None:
        state.save(
            self.state_path, self.plan["run"], self.position, self.optimiser, self.best, self.group
        )

    def epoch(self) -> None:
        plan, position = self.plan, self.position
        self.tell()
        batches = BatchFile(
            self.folder / "batches" / f"epoch-{position['epoch']:05d}.safetensors", plan["run"]
        )
        recent_tokens, recent_since = 0, time.monotonic()
        while position["batchInEpoch"] < len(batches):
            step = position["step"] + 1
            next_event, onset, norm = self.step(batches, position["batchInEpoch"], step)
            if self.diverges(next_event, onset, norm):
                self.emit("failed", code="TRAINING_DIVERGED", step=step)
                raise Diverged
            position["step"] = step
            position["batchInEpoch"] += 1
            position["nextEventSum"] += next_event
            position["onsetSum"] += onset
            tokens = batches.totals(position["batchInEpoch"] - 1)[2]
            recent_tokens += tokens
            self.real_tokens += tokens
            self.steps_here += 1
            if step % plan["stepsBetweenStates"] == 0:
                self.save()
            if step % plan["stepsBetweenEvents"] == 0:
                now = time.monotonic()
                seconds_a_step = (now - self.begun) / self.steps_here
                self.emit(
                    "step",
                    step=step,
                    totalSteps=plan["optimiser"]["totalSteps"],
                    epoch=position["epoch"],
                    nextEventLoss=position["nextEventSum"] / position["batchInEpoch"],
                    onsetLoss=position["onsetSum"] / position["batchInEpoch"],
                    tuningLoss=position["curve"][-1]["loss"] if position["curve"] else None,
                    learningRate=learning_rate(step, plan["optimiser"]),
                    gradientNorm=norm,
                    tokensPerSecond=recent_tokens / max(1e-3, now - recent_since),
                    memoryBytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                    secondsLeft=seconds_a_step * max(0, plan["optimiser"]["totalSteps"] - step),
                )
                recent_tokens, recent_since = 0, time.monotonic()
        self.end_epoch(len(batches))

    def diverges(self, next_event: float, onset: float, norm: float) -> bool:
        """Not a number, or a next-event loss that stays above twice that of guessing evenly among all tokens."""
        guessing = math.log(self.plan["architecture"]["vocabulary"])
        self.recent = 0.95 * self.recent + 0.05 * next_event
        return not math.isfinite(next_event + onset + norm) or self.recent > 2 * guessing

    def step(self, batches: BatchFile, i: int, step: int) -> tuple[float, float, float]:
        group = self.group
        torch.manual_seed((self.plan["seed"] * 1_000_003 + step) * 4099 + group.rank)
        self.runner.train()
        with group.autocast():
            next_event, onset, _ = self.runner(batches.part(i, group.rank, group.world, group.device))
        loss = next_event + self.plan["optimiser"]["onsetWeight"] * onset
        (loss * group.world).backward()
        norm = self.optimiser.step(step)
        losses = group.sum(torch.stack((next_event.detach(), onset.detach())).double()).tolist()
        return losses[0], losses[1], norm

    def end_epoch(self, batches: int) -> None:
        plan, position = self.plan, self.position
        with Swapped(self.parameters, self.optimiser.average):
            next_event, onset, _ = self.evaluate()
        point = {
            "epoch": position["epoch"],
            "step": position["step"],
            "loss": next_event + plan["optimiser"]["onsetWeight"] * onset,
            "nextEventLoss": next_event,
            "onsetLoss": onset,
            "trainingNextEventLoss": position["nextEventSum"] / batches,
            "trainingOnsetLoss": position["onsetSum"] / batches,
        }
        is_best = all(point["loss"] < earlier["loss"] for earlier in position["curve"])
        if is_best:
            self.best = {n: t.detach().clone() for n, t in self.optimiser.average.items()}
        curve = [*position["curve"], point]
        since_best = len(curve) - 1 - best_epoch(curve)
        position.update(
            epoch=position["epoch"] + 1,
            batchInEpoch=0,
            nextEventSum=0.0,
            onsetSum=0.0,
            curve=curve,
            finished=len(curve) >= plan["epochs"] or since_best >= plan["patience"],
        )
        self.save()
        self.emit("tuning", point=point, best=is_best)

    @torch.no_grad()
    def evaluate(self) -> tuple[float, float, list[tuple[torch.Tensor, dict, float]]]:
        """Mean losses over the tuning persons, and this process's log hazards with their targets."""
        group = self.group
        self.runner.eval()
        sums = torch.zeros(4, dtype=torch.float64)
        read = []
        for i in range(len(self.tuning)):
            part = self.tuning.part(i, group.rank, group.world, group.device)
            with group.autocast():
                next_event, onset, log_hazards = self.runner(part)
            targets, reads, _ = self.tuning.totals(i)
            sums += torch.tensor([float(next_event) * targets, float(onset) * reads, 0, 0])
            if group.rank == 0:
                sums += torch.tensor([0, 0, targets, reads])
            read.append((log_hazards, part, reads))
        next_event, onset, targets, reads = group.sum(sums.to(group.device)).tolist()
        return next_event / max(targets, 1), onset / max(reads, 1), read

    def finish(self) -> None:
        plan, position, group = self.plan, self.position, self.group
        shrinkage = 1.0
        if self.model.onset_head is not None:
            base = torch.tensor(plan["baseLogRates"], dtype=torch.float32)
            with Swapped(self.parameters, self.best):
                _, _, read = self.evaluate()

            def loss_at(factor: float) -> float:
                total = torch.zeros(2, dtype=torch.float64, device=group.device)
                for log_hazards, part, weight in read:
                    shift = base.to(group.device)
                    shrunk = shift + factor * (log_hazards - shift)
                    total[0] += onset_loss(shrunk, part).double() * weight
                    total[1] += weight / group.world
                summed, reads = group.sum(total).tolist()
                return summed / max(reads, 1)

            shrinkage = best_shrinkage(loss_at)
            checkpoint.shrink_head(self.best, base, shrinkage)
        record = {
            "schema": "longitude.training/1",
            "configuration": plan["configuration"],
            "optimiser": plan["optimiser"],
            "parameters": state.numel(self.parameters),
            "onsetShrinkage": shrinkage,
            "curve": position["curve"],
        }
        checkpoint.write(self.folder / "out", self.folder / "initial", self.best, record, group)
        self.emit(
            "done",
            curve=position["curve"],
            bestEpoch=best_epoch(position["curve"]),
            seconds=time.monotonic() - self.begun,
            realTokens=self.real_tokens,
        )


def best_epoch(curve: list[dict]) -> int:
    return min(curve, key=lambda point: (point["loss"], point["epoch"]))["epoch"]
