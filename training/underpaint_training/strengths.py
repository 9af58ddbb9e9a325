"""How much of what there is in each window of a picture's latents, whatever its exact place.

Squared errors ask for the mean of all pictures that fit, which has no texture; a critic alone asks for some texture,
which soon is the same everywhere. The strength of random filters in a window is a figure that a painter can get right
without knowing where each brush stroke lies: low on the photograph's calm sky, high and regular on pixel art. The same
for the activations of the latent eyes, which know what styles differ in.
"""

import numpy as np
import torch
import torch.nn.functional as F


def filters(channels=4, count=32, seed=7):
    """Random zero-mean 3x3 filters of unit norm, half of them on one channel each."""
    rng = np.random.default_rng(seed)
    kernels = rng.normal(size=(count, channels, 3, 3))
    for row in range(count // 2):
        kernels[row, np.arange(channels) != row % channels] = 0
    kernels -= kernels.mean((2, 3), keepdims=True)
    kernels /= np.sqrt((kernels**2).sum((1, 2, 3), keepdims=True))
    return torch.tensor(kernels, dtype=torch.float32)


def fine(latents):
    """What a place has more than the mean of the 3x3 places around it: edges and texture."""
    return latents - F.avg_pool2d(F.pad(latents, (1, 1, 1, 1), mode="replicate"), 3, 1)


def spreads(pictures):
    """(1, channels, 1, 1): deviation of `fine` in each channel of the latents `pictures`.

    One channel holds texture and has ten times the deviation of those that hold colour. Whoever compares latents as they
    are sees that texture only; a blurred edge between two colours, or a weave over a calm sky, is lost beside it.
    """
    return fine(pictures).pow(2).mean((0, 2, 3), keepdim=True).sqrt()


def measured(latents, levels, kernels):
    """Maps of means and strengths: of the filters at two scales in windows of 4x4 and 8x8 latents, of the eyes' first
    two levels in windows of 4x4 of their places, of the last one as a whole. `latents`: divided by their `spreads`."""
    out, sized = [], latents
    for scale in range(2):
        found = F.conv2d(sized, kernels).abs()
        out += [F.avg_pool2d(found, window, window // 2) for window in (4, 8) if found.shape[-1] >= window]
        if scale == 0:
            sized = F.avg_pool2d(sized, 2)
    for index, level in enumerate(levels):
        window = 4 if index < len(levels) - 1 and level.shape[-1] >= 4 else level.shape[-1]
        stride = max(window // 2, 1)
        mean = F.avg_pool2d(level, window, stride)
        out += [mean, (F.avg_pool2d(level.pow(2), window, stride) - mean.pow(2)).clamp(min=0).add(1e-4).sqrt()]
    return out


def distance(mine, aims):
    """Mean absolute difference of two lists of such maps, each with the same weight."""
    return sum(F.l1_loss(found, aim) for found, aim in zip(mine, aims)) / len(aims)
