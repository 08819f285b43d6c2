"""How a model is spread over processes: DDP (a copy each) or FSDP2 (parameters sharded), over gloo or NCCL."""

import os
from contextlib import nullcontext

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.nn.parallel import DistributedDataParallel


class Group:
    """The processes of this run. Gradients are averaged by either strategy; a loss is scaled to make that a sum."""

    def __init__(self, sharding: str, threads: int) -> None:
        self.on_gpu = torch.cuda.is_available()
        self.sharding = sharding
        if self.on_gpu:
            torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
            self.device = torch.device("cuda", torch.cuda.current_device())
        else:
            torch.set_num_threads(threads)
            self.device = torch.device("cpu")
        if "RANK" in os.environ:
            dist.init_process_group("nccl" if self.on_gpu else "gloo")
        self.rank = dist.get_rank() if dist.is_initialized() else 0
        self.world = dist.get_world_size() if dist.is_initialized() else 1
        self.mesh: DeviceMesh | None = None

    def wrap(self, model: nn.Module) -> nn.Module:
        model.to(self.device)
        if not dist.is_initialized():
            return model
        if self.sharding == "ddp":
            return DistributedDataParallel(model, device_ids=[self.device.index] if self.on_gpu else None)
        self.mesh = init_device_mesh(self.device.type, (self.world,))
        policy = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32)
        options = {"mesh": self.mesh, **({"mp_policy": policy} if self.on_gpu else {})}
        for layer in model.model.layers:
            fully_shard(layer, **options)
        # Resharded after each forward pass: whole copies kept from an evaluation would go stale when weights change.
        fully_shard(model, reshard_after_forward=True, **options)
        return model

    def autocast(self):
        """bfloat16 products on a GPU (FSDP2 casts by its own policy), float32 on a processor."""
        if self.on_gpu and self.sharding == "ddp":
            return torch.autocast("cuda", dtype=torch.bfloat16)
        return nullcontext()

    def sum(self, values: torch.Tensor) -> torch.Tensor:
        if dist.is_initialized():
            dist.all_reduce(values)
        return values

    def barrier(self) -> None:
        if dist.is_initialized():
            dist.barrier()

    def close(self) -> None:
        if dist.is_initialized():
            dist.destroy_process_group()


def local(tensor: torch.Tensor) -> torch.Tensor:
    """What this process holds of a tensor."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def whole(tensor: torch.Tensor) -> torch.Tensor:
    """The whole tensor on the processor; every process must ask."""
    full = tensor.full_tensor() if isinstance(tensor, DTensor) else tensor
    return full.detach().to("cpu", torch.float32).contiguous()


def put(target: torch.Tensor, value: torch.Tensor) -> None:
    """Copies a whole tensor into this process's part of `target`."""
    with torch.no_grad():
        if isinstance(target, DTensor):
            spread = distribute_tensor(value.to(target.device), target.device_mesh, target.placements)
            target.to_local().copy_(spread.to_local())
        else:
            target.copy_(value)
