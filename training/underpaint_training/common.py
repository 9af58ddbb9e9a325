"""What all stages share: the clock, the journal, the schedule, weight averaging and checkpoints."""

import contextlib
import math
import os
import time
from pathlib import Path

import torch


class Clock:
    """Wall-clock progress of a stage over all its runs."""

    def __init__(self, minutes, spent=0.0):
        self.total, self.before, self.start = minutes * 60, spent, time.monotonic()

    @property
    def spent(self):
        return self.before + time.monotonic() - self.start

    @property
    def progress(self):
        return min(self.spent / self.total, 1.0) if self.total > 0 else 1.0

    def restart(self):
        """What came before (a compilation) was no training time."""
        self.before, self.start = 0.0, time.monotonic()


class Journal:
    """What a stage tells of itself: the means of its losses every 20 seconds and at its end, and when to keep its state."""

    def __init__(self, stage, clock, log, history=None, checkpoint=None, minutes=3.0, tells=True):
        """`checkpoint`: called every so many `minutes`. `history`: a `curves.History`. `tells`: whether this is the worker
        that logs and keeps."""
        self.tells = tells
        self.stage, self.clock, self.log, self.history = stage, clock, log, history
        self.checkpoint, self.seconds = checkpoint, 60 * minutes
        self.told = self.saved = time.monotonic()
        self.recent = []

    def add(self, step, more="", **losses):
        """One step's losses. Stops the stage before one that is no number ruins the next checkpoint."""
        finite_or_stop(losses.values(), self.stage)
        if not self.tells:
            return
        self.recent.append(losses)
        if time.monotonic() - self.told > 20 or self.clock.progress >= 1:
            means = {name: sum(row[name] for row in self.recent) / len(self.recent) for name in losses}
            said = " ".join(f"{name} {value:.4f}" for name, value in means.items())
            self.log(f"{self.stage}: step {step} {self.clock.spent / 60:.1f} min {said}{more}")
            if self.history is not None:
                self.history.add(step, **means)
            self.told, self.recent = time.monotonic(), []
        if self.checkpoint is not None and time.monotonic() - self.saved > self.seconds:
            self.checkpoint()
            self.saved = time.monotonic()


class Workers:
    """Processes that train one model together, each on its own rows with its own thread or GPU.

    On a CPU that other jobs share, many single-threaded processes that meet once a step lose far less than one process
    whose threads meet a thousand times a step. Started by `train.py --workers N`; alone, everything here does nothing.
    """

    def __init__(self):
        self.rank, self.count = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        if self.count > 1 and not torch.distributed.is_initialized():
            torch.distributed.init_process_group("gloo")

    @property
    def first(self):
        """Whether this is the process that logs and writes files."""
        return self.rank == 0

    @torch.no_grad()
    def same(self, modules):
        """Give all processes the first one's weights."""
        if self.count > 1:
            for module in modules:
                for parameter in module.parameters():
                    torch.distributed.broadcast(parameter, 0)

    def agree(self, value):
        """The first process's number, in every process: the clock, so that all stop at the same step."""
        if self.count == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64)
        torch.distributed.broadcast(shared, 0)
        return float(shared)

    @torch.no_grad()
    def mean_gradients(self, parameters):
        """Average the gradients over the processes; a parameter without one counts as zero."""
        if self.count == 1:
            return
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        for parameter, total in zip(parameters, self.total([parameter.grad for parameter in parameters])):
            parameter.grad.copy_(total / self.count)

    @torch.no_grad()
    def total(self, tensors):
        """The sum over the processes of each of these tensors, in one message."""
        if self.count == 1:
            return tensors
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        torch.distributed.all_reduce(flat)
        sizes = [tensor.numel() for tensor in tensors]
        return [part.view_as(tensor) for tensor, part in zip(tensors, flat.split(sizes))]


def rate(progress, warm=0.02, last=0.02):
    """Share of the peak learning rate: a short linear warm-up, then a cosine down to `last`."""
    if progress < warm:
        return max(progress / warm, 0.02)
    return last + (1 - last) * 0.5 * (1 + math.cos(math.pi * (progress - warm) / (1 - warm)))


class Average:
    """Moving average of parameters whose horizon grows with the run, so that a short run is not held by its start."""

    def __init__(self, modules, decay):
        self.decay, self.step = decay, 0
        self.live = [p for module in modules for p in module.parameters()]
        self.mean = [p.detach().clone() for p in self.live]

    @torch.no_grad()
    def update(self):
        self.step += 1
        decay = min(self.decay, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(self.mean, self.live, 1 - decay)

    @contextlib.contextmanager
    def applied(self):
        """Inside the block the modules hold the averaged weights."""
        kept = [p.detach().clone() for p in self.live]
        self._put(self.mean)
        try:
            yield
        finally:
            self._put(kept)

    @torch.no_grad()
    def _put(self, values):
        for parameter, value in zip(self.live, values):
            parameter.copy_(value)

    def state_dict(self):
        return {"step": self.step, "mean": self.mean}

    def load_state_dict(self, state):
        self.step = state["step"]
        self._put_mean(state["mean"])

    @torch.no_grad()
    def _put_mean(self, values):
        for mine, value in zip(self.mean, values):
            mine.copy_(value)


def finite_or_stop(losses, stage):
    """Stop a stage one of whose losses is no number."""
    for loss in losses:
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"{stage}: the loss is {loss}; the last checkpoint is intact: lower the learning rate and run again"
            )


def save(path, state):
    """Write a checkpoint so that an interrupted write never spoils the last one."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def load(path, device="cpu"):
    path = Path(path)
    return torch.load(path, map_location=device, weights_only=False) if path.exists() else None


def parameters(module, weight_decay):
    """Parameter groups: weight decay on matrices and kernels only, not on biases, norms or embeddings."""
    decayed, plain = [], []
    for name, parameter in module.named_parameters():
        small = parameter.ndim < 2 or "embedding" in name
        (plain if small else decayed).append(parameter)
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]


def flops(module, call):
    """Multiplications and additions (2 x MAC) of convolutions, linear layers and attention in one call."""
    total, hooks = [0], []

    def count(layer, inputs, output):
        if isinstance(layer, torch.nn.Conv2d):
            total[0] += 2 * output.numel() * layer.weight[0].numel()
        elif isinstance(layer, torch.nn.Linear):
            total[0] += 2 * output.numel() * layer.in_features

    for layer in module.modules():
        if isinstance(layer, (torch.nn.Conv2d, torch.nn.Linear)):
            hooks.append(layer.register_forward_hook(count))
    attend = torch.nn.functional.scaled_dot_product_attention

    def counted(query, key, value, *rest, **named):
        total[0] += 4 * query.numel() * key.shape[-2]
        return attend(query, key, value, *rest, **named)

    torch.nn.functional.scaled_dot_product_attention = counted
    try:
        with torch.no_grad():
            call()
    finally:
        torch.nn.functional.scaled_dot_product_attention = attend
        for hook in hooks:
            hook.remove()
    return total[0]
