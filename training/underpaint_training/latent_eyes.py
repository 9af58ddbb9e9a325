"""The eyes of the few-step stage: a network that recognises a scene's facts, and what stands where, in *latents*.

`features.py` does the same for pixels. Looking through the decoder costs several times what the UNet's own step costs;
this network reads the latents themselves, for a tenth of that (Kang et al., 2024, for the idea of a perceptual distance
of latents). `fewstep.py` uses its inner activations as perceptual distance and under its critic (Sauer et al., 2021:
a critic on frozen features learns far faster than one that has to find them), and its answers to ask for the facts of
the caption.
"""

import numpy as np
import torch
import torch.nn.functional as F

from . import common, features, recognisers

WIDTHS = (48, 96, 128)
BARE = 255
"""What a sketch's place is meant to be where the paper is bare."""
ASKED = {"style": 3.5, "weather": 3.0, "season": 2.0, "time": 0.5}
"""The facts that a crop of a picture can show, and how much each counts; place and objects may lie outside of it."""
LEARNT = {"style": 3.0, "weather": 2.0}
"""The facts that count more than once when the eyes learn: styles differ in what latents hardly hold."""


class LatentEyes(torch.nn.Module):
    """Three levels of two convolutions each over latents (n, channels, h, w); a head for the facts on all of them, because
    the first ones know what tells pixel art and low poly from oil paint; and heads for the class of each place."""

    def __init__(self, labels, classes, channels=4, widths=WIDTHS):
        super().__init__()
        self.labels, self.classes, self.channels, self.widths = labels, classes, channels, tuple(widths)
        before, levels = channels, []
        for index, width in enumerate(widths):
            levels.append(
                torch.nn.Sequential(
                    torch.nn.Conv2d(before, width, 3, 2 if index else 1, 1),
                    torch.nn.GroupNorm(8, width),
                    torch.nn.SiLU(),
                    torch.nn.Conv2d(width, width, 3, 1, 1),
                    torch.nn.GroupNorm(8, width),
                    torch.nn.SiLU(),
                )
            )
            before = width
        self.levels = torch.nn.ModuleList(levels)
        self.answer = torch.nn.Linear(2 * sum(widths), max(labels.total, 1))
        self.places = torch.nn.ModuleList([torch.nn.Conv2d(width, classes, 1) for width in widths])

    def activations(self, latents):
        """All levels' activations: at the latents' own size, half of it and a quarter."""
        out = []
        for level in self.levels:
            latents = level(latents)
            out.append(latents)
        return out

    def facts(self, seen):
        """Answers (n, total) from the means and root mean squares of all levels' activations."""
        told = [it for level in seen[::-1] for it in (level.mean((2, 3)), level.pow(2).mean((2, 3)).add(1e-6).sqrt())]
        return self.answer(torch.cat(told, 1))

    def layout(self, seen):
        """Verdicts (n, classes, h, w) on the places from all levels' activations."""
        side = seen[0].shape[-2:]
        return sum(F.interpolate(place(level), side) for place, level in zip(self.places, seen))

    def forward(self, latents):
        """(answers (n, total), verdicts on the places (n, classes, h, w))."""
        seen = self.activations(latents)
        return self.facts(seen), self.layout(seen)


def distance(mine, aims):
    """Perceptual distance per row of two lists of activations: squared differences of unit-length vectors."""
    total = 0.0
    for found, aim in zip(mine, aims):
        found = found * found.pow(2).sum(1, keepdim=True).add(1e-4).rsqrt()
        aim = aim * aim.pow(2).sum(1, keepdim=True).add(1e-4).rsqrt()
        total = total + (found - aim).pow(2).sum(1).mean((1, 2))
    return total / len(aims)


def asked(eyes, said, wanted, truth, told):
    """Weighted mean cross entropy of the asked facts. `truth`: int64 (n, kinds) in the order of the eyes' labels. A row's
    fact counts as far as the caption tells it (`told`: probabilities by kind) and as sure as the eyes read the truth off
    `wanted` (the real latents' answers): what cannot be seen in the picture itself is not asked for."""
    total, weights, column = said.sum() * 0, 1e-6, 0
    theirs = eyes.labels.split(wanted)
    for kind, answers in eyes.labels.split(said).items():
        if kind == "objects":
            continue
        if kind in ASKED:
            values = truth[:, column]
            weight = theirs[kind].softmax(1).gather(1, values.clamp(min=0)[:, None])[:, 0]
            weight = ASKED[kind] * weight * (values >= 0) * told[kind].gather(1, values.clamp(min=0)[:, None])[:, 0]
            total = total + (weight * F.cross_entropy(answers, values.clamp(min=0), reduction="none")).sum()
            weights = weights + weight.sum()
        column += 1
    return total / weights


def misplaced(verdicts, meant, weights, seen):
    """Mean cross entropy of the places' `verdicts` (n, classes, h, w) against what the sketch's strokes are meant to be there:
    `meant` int64 (n, h, w), `BARE` where nothing was drawn. `weights` (classes): how much each class counts; `seen` (n): how
    much of the sketch the painter could see."""
    known = (meant != BARE) * seen[:, None, None]
    missed = F.cross_entropy(verdicts, meant.masked_fill(meant == BARE, 0), weights, reduction="none")
    return (known * missed).mean()


def class_weights(scenes, places):
    """float32 (classes): the root of how much rarer than the mean a class's group is in `places` (count, h, w). The figure for
    layout is a mean over groups, and what stands in the foreground covers little."""
    groups = np.array([features.GROUPS.index(name) for name in scenes.meta.get("groups", [])] or [0])
    found = np.bincount(groups[places[places != BARE]], minlength=groups.max() + 1) + 1.0
    return torch.from_numpy(np.sqrt(found.mean() / found)[groups].astype(np.float32))


def classes_of(scenes, count, meant=False):
    """uint8 (count, side, side): the class in the middle of each 8x8 cell, zeros without a segmentation. `meant`: of what the
    sketch's strokes are meant to be, `BARE` on bare paper."""
    classes, side = scenes.meant if meant else scenes.segmentation, scenes.size // 8
    if classes is None:
        return np.full((count, side, side), BARE if meant else 0, np.uint8)
    return np.stack([classes[row][4::8, 4::8] for row in range(count)])


def train(scenes, latents, path, minutes, batch=32, device="cpu", log=print, history=None):
    """Train on the cached latents (pictures, sketches) and the scenes' facts; resumes from `path`. Half of the batches
    are crops of half the side, a tenth of the rows sketches. Returns the network with averaged weights, frozen."""
    torch.manual_seed(303)
    state = common.load(path, device)
    count, channels, side = len(latents[0]), latents[0].shape[1], latents[0].shape[-1]
    labels = features.Labels.of(scenes.attributes[:count]) if state is None else features.Labels(state["labels"])
    classes = len(scenes.classes or [0])
    network = LatentEyes(labels, classes, channels).to(device)
    if state is None or state["spent"] < 60 * minutes:
        one, many = labels.rows(scenes.attributes[:count])
        rarity = features.rarity(labels, one)
        where = classes_of(scenes, count)

    def loss_of(rng):
        rows = rng.integers(0, count, batch)
        seen = np.stack([latents[int(rng.random() < 0.1)][row] for row in rows]).astype(np.float32)
        there = where[rows].astype(np.int64)
        if rng.random() < 0.5:
            y, x = rng.integers(0, side // 2 + 1, 2)
            seen, there = (found[..., y : y + side // 2, x : x + side // 2] for found in (seen, there))
        seen = torch.from_numpy(np.ascontiguousarray(seen)).to(device)
        seen = seen + torch.randn_like(seen) * 0.3 * torch.rand(batch, 1, 1, 1, device=device)
        answers, places = network(seen)
        found = features.loss(labels, answers, torch.from_numpy(one[rows]).to(device), torch.from_numpy(many[rows]).to(device),
                              LEARNT, rarity)
        return found + F.cross_entropy(places, torch.from_numpy(np.ascontiguousarray(there)).to(device))

    more = dict(labels=labels.values)
    return recognisers.learn("latent eyes", network, loss_of, state, path, minutes, 303, 2e-2, more, log, history)
