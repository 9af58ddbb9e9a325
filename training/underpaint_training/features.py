"""A small network that recognises the facts of a scene (time, weather, season, style, place, objects) in a picture.

It has two uses, with two separately trained networks, so that no model is judged by the eyes it was trained with:

* in training, its inner activations are the perceptual distance of the autoencoder's decoder (seed 101);
* in evaluation (`training/eval`), it is the judge: its penultimate features carry FID and KID, its answers the
  attribute accuracy, its verdicts on places the layout agreement (seed 202, other widths, other pictures).

Pictures of any size are brought to the network's own side, so that models of 128 and 256 pixels are judged alike. The
judge looks at 256 pixels, folded to 128 places of 2x2: at 128 pixels it took pixel art and low poly for oil paint.
"""


import numpy as np
import torch
import torch.nn.functional as F

from . import common, data, recognisers

SIDE = 128
PLACES = 32
"""Places a side on which the layout is told."""
GROUPS = ("sky", "land", "water", "foreground")
"""What a place of a picture can belong to; the network tells it for 32x32 places."""
KINDS = ("time", "weather", "season", "style", "scene")
"""Attributes with one value a picture; `objects` may have several."""
TRAINING, JUDGING = (24, 48, 96, 160), (32, 64, 112, 176)
"""Channels of the two networks. The last is the width of the features of FID and KID."""
JUDGE_FOLD = 2
"""The judge sees `SIDE` x 2 pixels, in squares of 2x2; the other network sees `SIDE` pixels one by one."""


class Labels:
    """Which values each attribute has, read from the dataset, and the rows of numbers that stand for them."""

    def __init__(self, values):
        self.values = values

    @classmethod
    def of(cls, attributes):
        """The values that occur in the dataset, sorted. A kind that no picture has is left out."""
        values = {}
        for kind in KINDS:
            found = sorted({str(row[kind]) for row in attributes if row.get(kind) is not None})
            if found:
                values[kind] = found
        objects = sorted({str(name) for row in attributes for name in row.get("objects") or []})
        if objects:
            values["objects"] = objects
        return cls(values)

    @property
    def total(self):
        return sum(len(names) for names in self.values.values())

    def rows(self, attributes):
        """int64 (n, kinds with one value): the index of the value, -100 (ignored) where it is missing or unknown;
        float32 (n, objects): 1 where the object is there."""
        single = [kind for kind in self.values if kind != "objects"]
        index = {kind: {name: i for i, name in enumerate(self.values[kind])} for kind in self.values}
        one = np.full((len(attributes), len(single)), -100, np.int64)
        many = np.zeros((len(attributes), len(self.values.get("objects", []))), np.float32)
        for row, found in enumerate(attributes):
            for column, kind in enumerate(single):
                one[row, column] = index[kind].get(str(found.get(kind)), -100)
            for name in found.get("objects") or []:
                if "objects" in index and str(name) in index["objects"]:
                    many[row, index["objects"][str(name)]] = 1
        return one, many

    def split(self, answers):
        """The network's answers (n, total) by kind."""
        return dict(zip(self.values, answers.split([len(names) for names in self.values.values()], 1)))


class Recogniser(torch.nn.Module):
    """Four levels of two convolutions each; the mean and the strength of the last level are the features, and a small
    head tells sky, land, water and foreground apart in 32x32 places. A network that folds its pictures answers from all
    four levels, in both: what tells low poly from oil paint is in the first two, and lost in the last."""

    def __init__(self, labels, widths, fold=1):
        super().__init__()
        self.labels, self.widths, self.fold = labels, tuple(widths), fold
        before, levels = 3 * fold**2, []
        for width in widths:
            levels.append(
                torch.nn.Sequential(
                    torch.nn.Conv2d(before, width, 3, 2, 1),
                    torch.nn.GroupNorm(8, width),
                    torch.nn.SiLU(),
                    torch.nn.Conv2d(width, width, 3, 1, 1),
                    torch.nn.GroupNorm(8, width),
                    torch.nn.SiLU(),
                )
            )
            before = width
        self.levels = torch.nn.ModuleList(levels)
        self.asked = widths if fold > 1 else widths[-1:]
        self.answer = torch.nn.Linear(2 * sum(self.asked), max(labels.total, 1))
        self.near, head = (0, 64) if fold > 1 else (1, 32)
        self.places = torch.nn.ModuleList([torch.nn.Conv2d(width, head, 1) for width in widths[self.near :]])
        self.groups = torch.nn.Sequential(
            torch.nn.SiLU(), torch.nn.Conv2d(head, head, 3, 1, 1), torch.nn.SiLU(), torch.nn.Conv2d(head, len(GROUPS), 1)
        )

    def activations(self, pictures):
        """All levels' activations of pictures (n, 3, h, w) in -1..1, at their own size."""
        out, pictures = [], F.pixel_unshuffle(pictures, self.fold)
        for level in self.levels:
            pictures = level(pictures)
            out.append(pictures)
        return out

    def brought(self, pictures):
        """Pictures at the network's own side: by area where they shrink, smoothly where they grow."""
        side = SIDE * self.fold
        if pictures.shape[-2:] == (side, side):
            return pictures
        if pictures.shape[-1] > side:
            return F.interpolate(pictures, (side, side), mode="area")
        return F.interpolate(pictures, (side, side), mode="bilinear", align_corners=False)

    def see(self, pictures):
        """Of pictures (n, 3, h, w) in -1..1 of any size: what the answers rest on, each level's means and root mean squares
        over the places, the last level's first (n, 2 x widths), and the verdict on each of 32x32 places (n, groups, 32,
        32)."""
        levels = self.activations(self.brought(pictures))
        spread = []
        for place, level in zip(self.places, levels[self.near :]):
            found = place(level)
            fine = found.shape[-1] > PLACES
            spread.append(F.avg_pool2d(found, 2) if fine else F.interpolate(found, (PLACES, PLACES)))
        asked = [levels[-1 - index] for index in range(len(self.asked))]
        told = [part for found in asked for part in (found.mean((2, 3)), found.pow(2).mean((2, 3)).add(1e-6).sqrt())]
        return torch.cat(told, 1), self.groups(sum(spread))

    def forward(self, pictures):
        """(answers (n, total), verdicts on places (n, groups, 32, 32))."""
        features, places = self.see(pictures)
        return self.answer(features), places


def grouped(scenes, rows, meant=False):
    """int64 (rows, PLACES, PLACES): the index in `GROUPS` of what most of each place shows, or None without a segmentation.
    `meant`: of what the sketch's strokes are meant to be, -1 where most of the paper is bare."""
    classes = scenes.meant if meant else scenes.segmentation
    if classes is None:
        return None
    step = scenes.size // PLACES
    groups = np.full(256, len(GROUPS))
    groups[: len(scenes.meta["groups"])] = [GROUPS.index(name) for name in scenes.meta["groups"]]
    found = groups[np.asarray(classes[rows])]
    cells = found.reshape(len(found), PLACES, step, PLACES, step)
    shares = np.stack([(cells == index).sum((2, 4)) for index in range(len(GROUPS) + 1)])
    most = shares.argmax(0)
    return np.where(most == len(GROUPS), -1, most)


def rarity(labels, one):
    """For each attribute the root of how much rarer than their mean its values are in `one` (`Labels.rows`), float32."""
    found, kinds = {}, [kind for kind in labels.values if kind != "objects"]
    for column, kind in enumerate(kinds):
        told = one[:, column][one[:, column] >= 0]
        counts = np.bincount(told, minlength=len(labels.values[kind])) + 1.0
        found[kind] = torch.from_numpy(np.sqrt(counts.mean() / counts).astype(np.float32))
    return found


def loss(labels, answers, one, many, shares=None, rare=None):
    """Cross entropy over each attribute, binary cross entropy over the objects. `shares`: how much an attribute counts, where
    not once; `rare`: how much each of its values does (`rarity`)."""
    shares, rare = shares or {}, rare or {}
    parts = labels.split(answers)
    total, column = answers.sum() * 0, 0
    for kind, found in parts.items():
        if kind == "objects":
            total = total + 3 * F.binary_cross_entropy_with_logits(found, many)
        else:
            wanted = one[:, column]
            column += 1
            if (wanted >= 0).any():
                weights = rare[kind].to(found.device) if kind in rare else None
                missed = F.cross_entropy(found, wanted, weights, ignore_index=-100, label_smoothing=0.02)
                total = total + shares.get(kind, 1.0) * missed
    return total


def perceptual(network, found, wanted):
    """Distance of two batches in the network's eyes: squared differences of unit-length activations, as in LPIPS
    (Zhang et al., 2018) without its learnt weights. Runs at the batch's own size, crops included."""
    total = 0.0
    with torch.no_grad():
        aims = network.activations(wanted)
    for mine, aim in zip(network.activations(found), aims):
        mine = mine * mine.pow(2).sum(1, keepdim=True).add(1e-4).rsqrt()
        aim = aim * aim.pow(2).sum(1, keepdim=True).add(1e-4).rsqrt()
        total = total + (mine - aim).pow(2).sum(1).mean()
    return total / len(aims)


def train(scenes, path, minutes, widths=TRAINING, seed=101, batch=32, device="cpu", log=print, history=None, fold=1):
    """Train a recogniser on the pictures and facts of `scenes` (a tenth of the rows sketches, so that flat paint is
    not foreign to it); resumes from `path`. Returns the network with averaged weights, frozen."""
    torch.manual_seed(seed)
    state = common.load(path, device)
    labels = Labels.of(scenes.attributes) if state is None else Labels(state["labels"])
    if state is not None:
        widths, fold = state["widths"], state.get("fold", 1)
    network = Recogniser(labels, widths, fold).to(device)
    one, many = labels.rows(scenes.attributes)

    def loss_of(rng):
        rows = rng.integers(0, scenes.count, batch)
        pixels = np.stack([(scenes.sketches if rng.random() < 0.1 else scenes.pictures)[row] for row in rows])
        mirrored = rng.random() < 0.5
        pixels = pixels[:, :, ::-1].copy() if mirrored else pixels
        pictures = network.brought(data.to_tensor(pixels).to(device))
        # generated pictures are a little soft, grainy or off in shade: the judge must not stumble over that
        if fold > 1:
            soft = batch // 4
            small = F.avg_pool2d(pictures[:soft], 2)
            pictures[:soft] = F.interpolate(small, pictures.shape[-2:], mode="bilinear", align_corners=False)
        pictures = pictures + torch.randn_like(pictures) * 0.06 * torch.rand(batch, 1, 1, 1, device=device)
        pictures = pictures * (0.9 + 0.2 * torch.rand(batch, 1, 1, 1, device=device))
        answers, places = network(pictures)
        found = loss(labels, answers, torch.from_numpy(one[rows]).to(device), torch.from_numpy(many[rows]).to(device))
        wanted = grouped(scenes, rows)
        if wanted is None:
            return found
        wanted = torch.from_numpy(wanted[:, :, ::-1].copy() if mirrored else wanted).to(device)
        return found + F.cross_entropy(places, wanted)

    more = dict(labels=labels.values, widths=network.widths, fold=network.fold)
    return recognisers.learn("features", network, loss_of, state, path, minutes, seed, 1e-2, more, log, history)


def load(path, device="cpu"):
    """The averaged network of a checkpoint or of a committed weights file; None where there is no file."""
    state = common.load(path, device)
    if state is None:
        return None
    network = Recogniser(Labels(state["labels"]), state["widths"], state.get("fold", 1))
    weights = state["model"]
    network.load_state_dict({name: value.float() for name, value in weights.items()})
    network.to(device)
    if "average" in state:
        common.Average([network], 0.0)._put([value.to(device) for value in state["average"]["mean"]])
    return network.eval().requires_grad_(False)


def save_small(network, path):
    """The network in float16 without its optimiser: small enough for the repository."""
    weights = {name: value.half().cpu() for name, value in network.state_dict().items()}
    facts = {"labels": network.labels.values, "widths": network.widths, "fold": network.fold}
    common.save(path, {"model": weights, **facts})
