"""How the networks that recognise scenes learn, those of `features.py` and of `latent_eyes.py`."""

import numpy as np
import torch

from . import common

LEARNING_RATE = 2e-3


def learn(stage, network, loss_of, state, path, minutes, seed, weight_decay, more, log=print, history=None):
    """Train `network` for these minutes, on from `state` (a checkpoint at `path`, or None), and return it with averaged
    weights, frozen. `loss_of`: from a random generator to the loss of one batch. `more`: what a checkpoint keeps besides."""
    optimizer = torch.optim.AdamW(common.parameters(network, weight_decay), lr=LEARNING_RATE, betas=(0.9, 0.98))
    average = common.Average([network], 0.998)
    step, spent = 0, 0.0
    if state is not None:
        network.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        average.load_state_dict(state["average"])
        step, spent = state["step"], state["spent"]
    clock, rng = common.Clock(minutes, spent), np.random.default_rng(seed + step)

    def checkpoint():
        kept = dict(model=network.state_dict(), optimizer=optimizer.state_dict(), average=average.state_dict())
        common.save(path, dict(kept, **more, step=step, spent=clock.spent))

    journal = common.Journal(stage, clock, log, history, checkpoint)
    begun = step
    while clock.progress < 1:
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * common.rate(clock.progress)
        loss = loss_of(rng)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        average.update()
        step += 1
        journal.add(step, loss=loss.item())
    if step > begun:
        checkpoint()
    average._put(average.mean)
    return network.eval().requires_grad_(False)
