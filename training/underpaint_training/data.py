"""The dataset: pictures, their flat sketches and captions, drawn by the project's own `underpaint-scenes` program."""

import json
import subprocess
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[2]


class Scenes:
    """One dataset folder: `pictures.u8` and `sketches.u8` (raw RGB), `captions.jsonl` and `meta.json`.

    `segmentation` (count, size, size): what each pixel of the picture shows, an index into `classes` (from `meta.json`);
    `meant`: what each pixel of the sketch is meant to show, 255 where the paper is bare. None where the painter wrote none.
    """

    def __init__(self, folder):
        folder = Path(folder)
        self.folder = folder
        self.meta = json.loads((folder / "meta.json").read_text())
        self.count, self.size = self.meta["count"], self.meta["size"]
        shape = (self.count, self.size, self.size, 3)
        self.pictures = np.memmap(folder / "pictures.u8", np.uint8, "r", shape=shape)
        self.sketches = np.memmap(folder / "sketches.u8", np.uint8, "r", shape=shape)
        lines = [json.loads(line) for line in (folder / "captions.jsonl").read_text().splitlines()]
        self.captions = [line["captions"] for line in lines]  # one or more of any number per picture
        if not all(self.captions):
            raise ValueError(f"{folder}/captions.jsonl: a picture without a caption")
        self.attributes = [line.get("attributes", {}) for line in lines]
        if len(self.captions) != self.count:
            raise ValueError(f"{folder}: {len(self.captions)} caption lines for {self.count} pictures")
        self.segmentation, self.meant = self._classes("segments.u8"), self._classes("meant.u8")
        self.classes = self.meta.get("classes")

    def _classes(self, name):
        """A file of one byte a pixel, or None where there is no such file."""
        path = self.folder / name
        if not path.exists():
            return None
        if path.stat().st_size != self.count * self.size * self.size:
            raise ValueError(f"{path}: {path.stat().st_size} bytes; one byte a pixel was expected")
        return np.memmap(path, np.uint8, "r", shape=(self.count, self.size, self.size))


def to_tensor(pixels):
    """uint8 (n, h, w, 3) to float (n, 3, h, w) in -1..1."""
    return torch.tensor(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1.0


def to_pixels(tensor):
    """float (n, 3, h, w) in -1..1 to uint8 (n, h, w, 3)."""
    return ((tensor.detach().float().cpu().clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


def halved(pixels):
    """uint8 pictures (..., h, w, 3) of half the side, by area."""
    h, w = pixels.shape[-3] // 2, pixels.shape[-2] // 2
    small = pixels.reshape(*pixels.shape[:-3], h, 2, w, 2, 3).astype(np.uint16).sum((-4, -2))
    return ((small + 2) // 4).astype(np.uint8)


def crops(scenes, count, side, rng, sketch_share=0.25, half_share=0.25):
    """A batch of random crops, mirrored half the time, a quarter of them out of sketches, a quarter out of pictures
    of half the side."""
    out = np.empty((count, side, side, 3), np.uint8)
    for row in range(count):
        source = scenes.sketches if rng.random() < sketch_share else scenes.pictures
        half = 2 * side <= scenes.size and rng.random() < half_share
        reach = 2 * side if half else side
        y, x = rng.integers(0, scenes.size - reach + 1, 2)
        piece = source[rng.integers(scenes.count), y : y + reach, x : x + reach]
        piece = halved(piece) if half else piece
        out[row] = piece[:, ::-1] if rng.random() < 0.5 else piece
    return to_tensor(out)


def ensure(folder, count, seed, size, threads, careful=0.0):
    """Make the dataset with `cargo run -p underpaint-scenes` unless the folder holds it already. `careful`: the share of
    sketches on the exact shapes of their pictures."""
    folder = Path(folder)
    if (folder / "meta.json").exists():
        return Scenes(folder)
    command = ["cargo", "run", "--release", "-p", "underpaint-scenes", "--", "dataset"]
    command += ["--out", str(folder.resolve()), "--count", str(count), "--seed", str(seed)]
    command += ["--size", str(size), "--careful", str(careful), "--threads", str(threads)]
    print(" ".join(command), flush=True)
    subprocess.run(command, cwd=ROOT, check=True)
    return Scenes(folder)


def stand_in(folder, count, size, seed=0):
    """A crude dataset without Rust, for smoke tests: sky, ground, a disc, noise; the sketch is its flat colours."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    skies = {"sunny": (110, 170, 230), "evening": (230, 140, 90), "night": (20, 25, 60), "misty": (190, 195, 200)}
    grounds = {"meadow": (90, 160, 60), "desert": (220, 190, 120), "lake": (50, 100, 160), "snow": (235, 240, 245)}
    v, u = np.mgrid[0:size, 0:size] / size
    lines = []
    with open(folder / "pictures.u8", "wb") as pictures, open(folder / "sketches.u8", "wb") as sketches:
        for _ in range(count):
            sky, ground = rng.choice(list(skies)), rng.choice(list(grounds))
            horizon = rng.uniform(0.35, 0.7) + 0.05 * np.sin(u * rng.uniform(3, 12) + rng.uniform(0, 6))
            below = (v > horizon)[..., None]
            flat = np.where(below, grounds[ground], skies[sky]).astype(np.float32)
            x, y, r = rng.uniform(0.1, 0.9), rng.uniform(0.08, 0.3), rng.uniform(0.04, 0.1)
            disc = (np.hypot(u - x, v - y) < r)[..., None]
            flat = np.where(disc, (250, 220, 90), flat)
            grain = rng.normal(0, 1, (size // 4, size // 4, 1)).repeat(4, 0).repeat(4, 1)
            shade = np.where(below, 1.2 - 0.6 * (v[..., None] - 0.5), 0.8 + 0.5 * v[..., None])
            picture = flat * shade + grain * np.where(below, 14, 4)
            sketches.write(flat.astype(np.uint8).tobytes())
            pictures.write(picture.clip(0, 255).astype(np.uint8).tobytes())
            texts = [f"a {sky} {ground}", f"a {ground} under a {sky} sky", f"{sky} {ground}, oil painting", ground]
            lines.append(json.dumps({"captions": texts, "attributes": {"time": sky, "scene": ground}}))
    (folder / "captions.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "meta.json").write_text(json.dumps({"count": count, "size": size, "seed": seed, "version": "stand-in"}))
    return Scenes(folder)


def shapes(folder, count, size, seed=0):
    """Random overlapping blobs, polygons and strokes with soft light and grain: a first diet for the autoencoder.

    Everything the scenes are made of (edges, gradients, thin strokes, texture) without their drawing program. Pictures
    and sketches are the same composition with and without light and grain; captions are empty.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    v, u = np.mgrid[0:size, 0:size].astype(np.float32) / size
    with open(folder / "pictures.u8", "wb") as pictures, open(folder / "sketches.u8", "wb") as sketches:
        for _ in range(count):
            top, bottom = rng.uniform(0, 255, (2, 3)) * rng.uniform(0.3, 1)
            mix = v[..., None] ** rng.uniform(0.5, 2)
            flat = np.broadcast_to((top + bottom) / 2, (size, size, 3)).astype(np.float32)
            full = (top * (1 - mix) + bottom * mix).astype(np.float32)
            for _ in range(rng.integers(4, 30)):
                angle, x, y = rng.uniform(0, np.pi), rng.uniform(0, 1), rng.uniform(0, 1)
                length = 0.5 * rng.uniform(0.1, 1) ** 2
                along = (u - x) * np.cos(angle) + (v - y) * np.sin(angle)
                across = -(u - x) * np.sin(angle) + (v - y) * np.cos(angle)
                across = across + rng.uniform(0, 0.04) * np.sin(along * rng.uniform(5, 60))
                width = length * rng.uniform(0.05, 1)
                power = rng.choice([1.0, 2.0, 6.0])
                reach = np.abs(along / length) ** power + np.abs(across / width) ** power
                mask = np.clip((1 - reach) * rng.choice([3.0, 12.0, 40.0]), 0, 1)[..., None]
                colour = rng.uniform(0, 255, 3)
                light = 1 + rng.uniform(0, 0.5) * along / length
                stripes = 1 + rng.uniform(0, 0.3) * np.sin(across * rng.uniform(20, 250) + rng.uniform(0, 6))
                flat = flat + (mask > 0.5) * (colour - flat)
                full = full + mask * (colour * (light * stripes)[..., None].clip(0, 2) - full)
            cells = int(rng.choice([1, 2, 4]))
            grain = rng.normal(0, 1, (size // cells, size // cells)).repeat(cells, 0).repeat(cells, 1)
            full = full + rng.uniform(0, 14) * grain[..., None]
            pictures.write(full.clip(0, 255).astype(np.uint8).tobytes())
            sketches.write(flat.clip(0, 255).astype(np.uint8).tobytes())
    (folder / "captions.jsonl").write_text((json.dumps({"captions": ["", "", "", ""]}) + "\n") * count)
    (folder / "meta.json").write_text(json.dumps({"count": count, "size": size, "seed": seed, "version": "shapes"}))
    return Scenes(folder)
