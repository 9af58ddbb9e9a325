"""Looks at an exported starter: sheets of pictures, colour-keeping figures, sizes, work and speed."""

import json
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from . import autoencoder, common, export

MEADOW = "a sunny meadow under a blue sky, oil painting"


def hand_drawn(size=128):
    """What a first-time visitor paints: blue above, green below, a yellow disc; no shading, hard edges."""
    v, u = np.mgrid[0:size, 0:size] / size
    flat = np.where((v > 0.55)[..., None], (96, 160, 64), (104, 168, 232))
    disc = np.hypot(u - 0.72, v - 0.22) < 0.09
    return np.where(disc[..., None], (250, 214, 70), flat).astype(np.uint8)


def other_drawings(size=128):
    """Two more drawings of that kind: dark hills before an orange sky with a red disc; a house by the water."""
    v, u = np.mgrid[0:size, 0:size] / size
    hills = v > 0.5 + 0.12 * np.sin(u * 7)
    evening = np.where(hills[..., None], (70, 60, 80), (240, 150, 80))
    evening = np.where((np.hypot(u - 0.4, v - 0.35) < 0.1)[..., None], (230, 70, 50), evening)
    water = np.where((v > 0.6)[..., None], (60, 110, 170), (200, 215, 230))
    water = np.where(((v > 0.5) & (v < 0.62))[..., None], (80, 120, 60), water)
    house = (u > 0.25) & (u < 0.5) & (v > 0.38) & (v < 0.58)
    roof = (v > 0.26) & (v <= 0.38) & (np.abs(u - 0.375) < (v - 0.26) * 1.3)
    water = np.where(house[..., None], (235, 225, 205), water)
    water = np.where(roof[..., None], (170, 60, 50), water)
    return evening.astype(np.uint8), water.astype(np.uint8)


def colour_correlation(sketch, picture):
    """Correlation of the two pictures' colours after shrinking both to 8x8."""

    def small(pixels):
        side = pixels.shape[0] // 8
        return pixels.reshape(8, side, 8, side, 3).astype(np.float64).mean((1, 3)).ravel()

    return float(np.corrcoef(small(sketch), small(picture))[0, 1])


def detail(pixels):
    """Mean absolute difference of neighbouring pixels: 0 for flat paint."""
    return float(np.abs(np.diff(pixels.astype(np.float32), axis=1)).mean())


def sheet(rows, heads, labels, path, cell=128, limit=600_000):
    """Save rows of pictures under column heads, with a line of text over each row, as PNG of at most `limit` bytes."""
    band, gap = 15, 3
    width = len(heads) * (cell + gap) + gap
    canvas = Image.new("RGB", (width, band + len(rows) * (cell + band + gap)), "white")
    draw = ImageDraw.Draw(canvas)
    for column, head in enumerate(heads):
        draw.text((gap + column * (cell + gap), 2), head, fill="black")
    for index, (row, label) in enumerate(zip(rows, labels)):
        y = band + index * (cell + band + gap)
        draw.text((gap, y + 1), label[: width // 6], fill=(90, 90, 90))
        for column, pixels in enumerate(row):
            picture = Image.fromarray(pixels)
            picture = picture if picture.width == cell else picture.resize((cell, cell), Image.LANCZOS)
            canvas.paste(picture, (gap + column * (cell + gap), y + band))
    canvas.save(path, optimize=True)
    while Path(path).stat().st_size > limit:  # fewer pixels rather than a palette, which would change the colours
        canvas = canvas.resize((canvas.width * 9 // 10, canvas.height * 9 // 10), Image.LANCZOS)
        canvas.save(path, optimize=True)
    return path


def reconstructions(painter, scenes, path, count=6):
    rows = []
    for source in (scenes.pictures, scenes.sketches):
        _, found = autoencoder.psnr(painter.vae, source[:count], painter.device)
        rows += [list(source[:count]), list(found)]
    sheet(rows, [""] * count, ["pictures", "reconstructed", "sketches", "reconstructed"], path, scenes.size)


def pictures(painter, scenes, path, count=5, steps=12, guidance=4.0):
    """One sheet: eval sketches and hand-made drawings at several strengths, and prompts in several styles."""
    size, strengths = scenes.size, (0.25, 0.4, 0.5, 0.65, 1.0)
    chosen = np.linspace(0, scenes.count - 1, count).astype(int)
    cases = [(scenes.sketches[i], scenes.captions[i][0], scenes.pictures[i]) for i in chosen]
    evening, water = other_drawings(size)
    meadow = hand_drawn(size)
    cases += [(meadow, MEADOW, meadow), (meadow, "a snowy field in winter, watercolour", meadow)]
    cases += [(evening, "mountains at sunset, pastel", evening), (water, "a cottage by a lake", water)]
    heads = ["sketch", "dataset picture"] + [f"strength {s}" for s in strengths]
    rows = [[sketch, wanted] for sketch, _, wanted in cases]
    for strength in strengths:
        found = painter.paint(np.stack([c[0] for c in cases]), [c[1] for c in cases], strength, steps, guidance)
        for row, pixels in zip(rows, found):
            row.append(pixels)
    sheet(rows, heads, [c[1] for c in cases], path, size)


def keeping(painter, size, steps=12, guidance=4.0, strength=0.5, seeds=range(8)):
    """Colour correlations of the blue/green/yellow drawing over the seeds, and how much detail was added."""
    drawing = hand_drawn(size)
    found = painter.paint(np.stack([drawing] * len(seeds)), [MEADOW] * len(seeds), strength, steps, guidance, seeds)
    return [colour_correlation(drawing, pixels) for pixels in found], detail(drawing), [detail(p) for p in found], found


def work(painter, size):
    """GFLOP (2 x MAC) of one UNet step, one encoding, one decoding and one prompt, at native size and batch 1."""
    vae, unet, text = painter.vae.cpu(), painter.unet.cpu(), painter.text.cpu()
    width = text.config.hidden_size
    latents, context = torch.zeros(1, 4, size // 8, size // 8), torch.zeros(1, 77, width)
    ids = torch.zeros(1, 77, dtype=torch.long)
    out = {
        "unet": common.flops(unet, lambda: unet(latents, torch.tensor(500), context)),
        "encode": common.flops(vae, lambda: vae.encode(torch.zeros(1, 3, size, size))),
        "decode": common.flops(vae, lambda: vae.decode(latents)),
        "text": common.flops(text, lambda: text(ids)),
    }
    return {name: round(count / 1e9, 3) for name, count in out.items()}


def figures(folder, scenes, count=64, steps=12, guidance=4.0):
    """All figures of an exported folder as a dictionary."""
    painter = export.load(folder)
    size = scenes.size
    picture_psnr, _ = autoencoder.psnr(painter.vae, scenes.pictures[:count])
    sketch_psnr, _ = autoencoder.psnr(painter.vae, scenes.sketches[:count])
    kept, flat, details, _ = keeping(painter, size, steps, guidance)
    start = time.monotonic()
    painter.paint(hand_drawn(size)[None], [MEADOW], 0.5, steps, guidance)
    seconds = time.monotonic() - start
    few = min(count, 24)
    prompts = [captions[0] for captions in scenes.captions[:few]]
    by_strength = {}
    for strength in (0.25, 0.4, 0.5, 0.65, 1.0):
        found = painter.paint(scenes.sketches[:few], prompts, strength, steps, guidance)
        pairs = list(zip(scenes.sketches[:few], scenes.pictures[:few], found))
        by_strength[str(strength)] = {
            "colour correlation with the sketch": round(np.mean([colour_correlation(s, f) for s, _, f in pairs]), 3),
            "colour correlation with the dataset picture": round(
                np.mean([colour_correlation(p, f) for _, p, f in pairs]), 3
            ),
            "detail": round(np.mean([detail(f) for f in found]), 2),
        }
    return {
        "psnr pictures": round(picture_psnr, 2),
        "psnr sketches": round(sketch_psnr, 2),
        "gflop": work(painter, size),
        "parameters": {
            name: sum(p.numel() for p in part.parameters())
            for name, part in (("vae", painter.vae), ("unet", painter.unet), ("text", painter.text))
        },
        "bytes": export.sizes(folder),
        "meadow colour correlation": [round(value, 3) for value in kept],
        "meadow detail": {"sketch": round(flat, 2), "pictures": [round(value, 2) for value in details]},
        "detail": {
            "dataset pictures": round(np.mean([detail(p) for p in scenes.pictures[:few]]), 2),
            "sketches": round(np.mean([detail(p) for p in scenes.sketches[:few]]), 2),
        },
        "strengths": by_strength,
        "seconds for one picture in PyTorch": round(seconds, 2),
        "threads": torch.get_num_threads(),
    }


def report(folder, scenes, where, steps=12, guidance=4.0):
    """Write sheets and figures into `where`."""
    where = Path(where)
    where.mkdir(parents=True, exist_ok=True)
    painter = export.load(folder)
    reconstructions(painter, scenes, where / "reconstructions.png")
    pictures(painter, scenes, where / "sheet.png", steps=steps, guidance=guidance)
    found = figures(folder, scenes, steps=steps, guidance=guidance)
    (where / "figures.json").write_text(json.dumps(found, indent=1) + "\n")
    return found
