"""The figures of the evaluation, on features and verdicts of the judge (`underpaint_training.features`)."""

import numpy as np
import torch
from scipy import linalg

from underpaint_training import data, features


@torch.no_grad()
def look(judge, pixels, batch=32):
    """What the judge sees in uint8 pictures (n, h, w, 3): features (n, 2 x last width), answers (n, total), groups (n, 32,
    32)."""
    seen, said, where = [], [], []
    for row in range(0, len(pixels), batch):
        found, places = judge.see(data.to_tensor(pixels[row : row + batch]))
        seen.append(found[:, : 2 * judge.widths[-1]].numpy()), said.append(judge.answer(found)), where.append(places.argmax(1).numpy())
    return np.concatenate(seen).astype(np.float64), torch.cat(said), np.concatenate(where)


def frechet(one, other):
    """Frechet distance of two sets of features (Heusel et al., 2017), each a row: with 500 rows biased upwards, the
    same for all that are compared."""
    mean = one.mean(0) - other.mean(0)
    first, second = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    # the trace of the root of the product is the sum of the roots of the symmetric form's eigenvalues
    root = linalg.sqrtm(first + 1e-9 * np.eye(len(first))).real
    between = np.sqrt(np.linalg.eigvalsh(root @ second @ root).clip(0)).sum()
    return float(mean @ mean + np.trace(first) + np.trace(second) - 2 * between)


def kernel(one, other):
    """Unbiased squared maximum mean discrepancy with the kernel (x.y / d + 1)^3 (Binkowski et al., 2018)."""
    def cubed(a, b):
        return (a @ b.T / a.shape[1] + 1) ** 3

    n, m = len(one), len(other)
    same, others = cubed(one, one), cubed(other, other)
    return float(
        (same.sum() - np.trace(same)) / (n * (n - 1))
        + (others.sum() - np.trace(others)) / (m * (m - 1))
        - 2 * cubed(one, other).mean()
    )


def standard(reference):
    """(mean, deviation) of a reference set's features, with which all sets are scaled: a feature counts by how much it
    varies among pictures, not by its unit."""
    return reference.mean(0), reference.std(0) + 1e-3


def agreement(found, wanted):
    """Intersection over union of each group over all places of all pictures but those of bare paper (-1 in `wanted`),
    and their mean."""
    out, known = {}, wanted >= 0
    for index, name in enumerate(features.GROUPS):
        mine, its = (found == index) & known, wanted == index
        out[name] = float((mine & its).sum() / max((mine | its).sum(), 1))
    return {"mean": float(np.mean(list(out.values()))), **out}


SEASONED = ("hill", "far forest", "meadow", "snow", "crown")
"""The classes of the segmentation that the painter colours by season (`crates/scenes`: ground, terrain, trees)."""


def shows_season(scenes, rows, share=0.1):
    """bool (rows): whether a picture can tell its season: enough of it has the season's colours, it is not night and not
    drawn in ink. A city, a beach or a sea looks the same in spring and in autumn, and asking for it measures luck."""
    facts = [scenes.attributes[row] for row in rows]
    lit = np.array([row.get("time") != "night" and row.get("style") != "ink drawing" for row in facts])
    if scenes.segmentation is None:
        return lit
    codes = [index for index, name in enumerate(scenes.classes) if name in SEASONED]
    return lit & np.array([np.isin(scenes.segmentation[row][::4, ::4], codes).mean() >= share for row in rows])


def attributes(judge, said, facts, seasoned=None):
    """Share of pictures in which the judge recognises each fact of the scene, and the F1 of the objects. Seasons count
    in the pictures of `seasoned` (bool) only."""
    one, many = judge.labels.rows(facts)
    out, column = {}, 0
    for kind, answers in judge.labels.split(said).items():
        if kind == "objects":
            there, told = many > 0, (answers > 0).numpy()
            right = (there & told).sum()
            out["objects F1"] = float(2 * right / max(there.sum() + told.sum(), 1))
        else:
            known = one[:, column] >= 0
            known = known & seasoned if kind == "season" and seasoned is not None else known
            out[kind] = float((answers.argmax(1).numpy() == one[:, column])[known].mean())
            column += 1
    return out


@torch.no_grad()
def apart(judge, one, other):
    """Perceptual distance in the judge's eyes (as LPIPS, without learnt weights), mean over the pairs, x 100."""
    found = [
        float(features.perceptual(judge, *(judge.brought(data.to_tensor(s[row : row + 8])) for s in (one, other))))
        for row in range(0, len(one) - len(one) % 8, 8)
    ]
    return 100 * float(np.mean(found))


def psnr(one, other):
    error = ((one.astype(np.float32) - other.astype(np.float32)) ** 2).mean((1, 2, 3))
    return float((10 * np.log10(255**2 / error.clip(1e-3))).mean())
