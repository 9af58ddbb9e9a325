"""Muon: the optimiser of the UNet's plain training.

Momentum whose matrices are made orthogonal before each step, so that every direction of a layer learns at the same pace
(Jordan et al., 2024, for the iteration; Liu et al., 2025, for the scale that lets it share AdamW's learning rate). Biases,
norms, embeddings and the first and last convolution learn by Adam. A kernel is a matrix of one row per output channel.
"""

import torch


COEFFICIENTS = 3.4445, -4.7750, 2.0315
"""Of the quintic iteration that brings all singular values near one."""


@torch.no_grad()
def orthogonal(matrix, rounds=4):
    """The nearest (about) orthogonal matrix, by Newton and Schulz's iteration; `matrix` (rows, columns) is left alone."""
    a, b, c = COEFFICIENTS
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(rounds):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    """`workers`: they share the matrices among them, for an iteration on all of them costs half as much as a small batch."""

    def __init__(self, module, lr, workers, weight_decay=1e-2, momentum=0.95, betas=(0.9, 0.98)):
        kinds = {True: [], False: []}
        for name, parameter in module.named_parameters():
            ends = name.startswith(("conv_in", "conv_out"))
            kinds[parameter.ndim >= 2 and "embedding" not in name and not ends].append(parameter)
        matrices = sorted(kinds[True], key=lambda parameter: -parameter.numel())
        groups = [{"params": matrices, "matrices": True}, {"params": kinds[False], "matrices": False}]
        super().__init__(groups, dict(lr=lr, weight_decay=weight_decay, momentum=momentum, betas=betas))
        self.workers = workers

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            (self._turn if group["matrices"] else self._adapt)(group)

    def _turn(self, group):
        """Matrices: each worker makes its share of the steps, then all have all of them."""
        steps = []
        for index, parameter in enumerate(group["params"]):
            state = self.state[parameter]
            if not state:
                state["momentum"] = torch.zeros_like(parameter)
            state["momentum"].mul_(group["momentum"]).add_(parameter.grad)
            if index % self.workers.count == self.workers.rank:
                ahead = (parameter.grad + group["momentum"] * state["momentum"]).flatten(1)
                steps.append(orthogonal(ahead) * 0.2 * max(ahead.shape) ** 0.5)
            else:
                steps.append(torch.zeros(parameter.shape[0], parameter[0].numel(), device=parameter.device))
        for parameter, step in zip(group["params"], self.workers.total(steps)):
            parameter.mul_(1 - group["lr"] * group["weight_decay"])
            parameter.sub_(step.view_as(parameter), alpha=group["lr"])

    def _adapt(self, group):
        first, second = group["betas"]
        for parameter in group["params"]:
            state = self.state[parameter]
            if not state:
                state.update(first=torch.zeros_like(parameter), second=torch.zeros_like(parameter), step=0)
            state["step"] += 1
            state["first"].lerp_(parameter.grad, 1 - first)
            state["second"].lerp_(parameter.grad.square(), 1 - second)
            mean = state["first"] / (1 - first ** state["step"])
            spread = (state["second"] / (1 - second ** state["step"])).sqrt()
            parameter.sub_(mean / (spread + 1e-8), alpha=group["lr"])
