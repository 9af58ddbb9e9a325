"""Evaluates exported starters on held-out sketches, side by side: figures, one table in markdown, a contact sheet.

    python training/eval/run.py --data <held-out dataset> --model "version 0=web/starter:12:4" --model "new=out:4:1"

Each model is `name=folder:steps:guidance`, the last two its own where left out. It paints the first `--count` sketches with their longest captions at
strengths 0.4, 0.6 and 0.8, at the size its `underpaint.json` names (`:size` may follow), and the judge
(`training/eval/judge.pt`, trained by `judge.py` on pictures that no model has seen) compares the paintings with the
held-out pictures. With `--engine <underpaint binary>` the pictures are painted by Underpaint's own command line
instead of PyTorch; `cargo xtask eval` does that.
"""

import argparse
import concurrent.futures
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import measures  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402

from underpaint_training import autoencoder, data, evaluate, export, features  # noqa: E402

STRENGTHS = (0.4, 0.6, 0.8)
HERE = Path(__file__).resolve().parent


def resized(pixels, size):
    """Pictures of another side, by area where they shrink."""
    if pixels.shape[1] == size:
        return np.asarray(pixels)
    return np.stack([np.asarray(Image.fromarray(row).resize((size, size), Image.BOX)) for row in pixels])


class Model:
    """One exported folder with the settings it is judged at."""

    def __init__(self, text):
        self.name, _, rest = text.partition("=")
        parts = rest.split(":")
        if not rest or len(parts) > 4:
            raise SystemExit(f"--model {text}: expected name=folder[:steps[:guidance[:size]]]")
        self.folder = Path(parts[0])
        card = json.loads((self.folder / "underpaint.json").read_text())
        told = parts[1:] + [card[key] for key in ("steps", "guidance", "size")][len(parts) - 1 :]
        self.steps, self.guidance, self.size = int(told[0]), float(told[1]), int(told[2])
        self.painter = export.load(self.folder)

    def paint(self, sketches, prompts, strength, seeds, batch=8):
        found = []
        for row in range(0, len(prompts), batch):
            some = slice(row, row + batch)
            found.append(
                self.painter.paint(
                    resized(sketches[some], self.size), prompts[some], strength, self.steps, self.guidance, seeds[some]
                )
            )
        return np.concatenate(found)


class Engine(Model):
    """The same through Underpaint's command line, one process a picture."""

    def __init__(self, text, program, workers):
        super().__init__(text)
        self.program, self.workers = program, workers

    def paint(self, sketches, prompts, strength, seeds, batch=8):
        with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(self.workers) as pool:
            rows = [
                pool.submit(self._one, Path(folder), sketch, prompt, strength, seed)
                for sketch, prompt, seed in zip(resized(sketches, self.size), prompts, seeds)
            ]
            return np.stack([row.result() for row in rows])

    def _one(self, folder, sketch, prompt, strength, seed):
        drawn, painted = folder / f"{seed}-{strength}-sketch.png", folder / f"{seed}-{strength}.png"
        Image.fromarray(sketch).save(drawn)
        command = [self.program, "render", "--model", self.folder, "--sketch", drawn, "--prompt", prompt]
        command += ["--strength", strength, "--steps", self.steps, "--guidance", self.guidance, "--seed", seed]
        command += ["--size", f"{self.size}x{self.size}", "--device", "cpu", "-o", painted]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"underpaint render failed: {done.stderr.strip()}")
        return np.asarray(Image.open(painted).convert("RGB"))


def painted(model, folder, sketches, prompts, strength, seeds):
    """The model's paintings, kept in `folder` (if any) so that an interrupted evaluation, or one with another judge,
    need not paint them again. Whoever changes a model changes its name or empties the folder."""
    if folder is None:
        return model.paint(sketches, prompts, strength, seeds)
    path = folder / f"{model.name}-{strength}-{len(seeds)}-{seeds[-1]}.npy".replace(" ", "-")
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        np.save(path.with_suffix(".partial.npy"), model.paint(sketches, prompts, strength, seeds))
        path.with_suffix(".partial.npy").rename(path)
    return np.load(path)


def judged(model, judge, scenes, count, folder, log):
    """All figures of one model, by strength."""
    sketches, pictures = scenes.sketches[:count], scenes.pictures[:count]
    prompts = [captions[-1] for captions in scenes.captions[:count]]
    facts = scenes.attributes[:count]
    seen, _, _ = measures.look(judge, pictures)
    shift, scale = measures.standard(seen)
    out = {"steps": model.steps, "guidance": model.guidance, "size": model.size, "count": count}
    for strength in STRENGTHS:
        start = time.monotonic()
        found = painted(model, folder, sketches, prompts, strength, list(range(count)))
        mine, said, where = measures.look(judge, found)
        one, other = (mine - shift) / scale, (seen - shift) / scale
        out[str(strength)] = {
            "FID": measures.frechet(one, other),
            "KID x 1000": 1000 * measures.kernel(one, other),
            **layouts(where, scenes, count),
            **measures.attributes(judge, said, facts, measures.shows_season(scenes, range(count))),
        }
        log(f"{model.name}: strength {strength} in {time.monotonic() - start:.0f} s: {out[str(strength)]}")
    few, seeds = min(16, count), 4
    several = [painted(model, folder, sketches[:few], prompts[:few], 0.6, [seed] * few) for seed in range(seeds)]
    pairs = [(a, b) for a in range(seeds) for b in range(a)]
    out["diversity"] = float(np.mean([measures.apart(judge, several[a], several[b]) for a, b in pairs]))
    some = min(96, count)
    own = resized(pictures[:some], model.size)
    decibel, again = autoencoder.psnr(model.painter.vae, own)
    out["autoencoder"] = {"PSNR": decibel, "perceptual": measures.apart(judge, own, again)}
    return out


LAYOUTS = {"sketch": True, "picture": False}


def layouts(where, scenes, count):
    """How the judge's verdicts on places agree with what the sketch's strokes were meant to be, and with what the dataset's
    picture of that sketch shows, which lies elsewhere where the sketch was drawn with a hasty hand."""
    wanted = {name: features.grouped(scenes, np.arange(count), meant) for name, meant in LAYOUTS.items()}
    return {f"layout of the {name}": measures.agreement(where, its) for name, its in wanted.items() if its is not None}


def ceiling(judge, scenes, count):
    """The same figures of the held-out pictures themselves: what the judge can recognise at best. Their FID and KID are
    those of as many other pictures, where the dataset has twice the count: what a perfect painter of other scenes gets."""
    pictures, facts = scenes.pictures[:count], scenes.attributes[:count]
    seen, said, where = measures.look(judge, pictures)
    out = {"FID": None, "KID x 1000": None}
    if scenes.count >= 2 * count:
        other, _, _ = measures.look(judge, scenes.pictures[count : 2 * count])
        shift, scale = measures.standard(seen)
        one, other = (seen - shift) / scale, (other - shift) / scale
        out = {"FID": measures.frechet(one, other), "KID x 1000": 1000 * measures.kernel(one, other)}
    return {
        **out,
        **layouts(where, scenes, count),
        **measures.attributes(judge, said, facts, measures.shows_season(scenes, range(count))),
    }


def table(results):
    """Markdown: a row for each figure, a column for each model and strength."""
    names = [name for name in results if name != "held-out pictures"]
    columns = [(name, str(strength)) for name in names for strength in STRENGTHS]
    best = results["held-out pictures"]
    lines = ["| figure | held-out pictures | " + " | ".join(f"{name}, strength {s}" for name, s in columns) + " |"]
    lines.append("| --- " * (len(columns) + 2) + "|")

    def row(title, pick, form):
        def cell(found):
            value = pick(found)
            return "" if value is None else form % value

        cells = [cell(best)] + [cell(results[name][s]) for name, s in columns]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")

    row("FID (lower is better)", lambda r: r["FID"], "%.1f")
    row("KID x 1000 (lower)", lambda r: r["KID x 1000"], "%.1f")
    for layout in (f"layout of the {name}" for name in LAYOUTS):
        for key in ("mean", *features.GROUPS) if layout in best else ():
            row(f"{layout}, IoU, {key}", lambda r: 100 * r[layout][key], "%.1f %%")
    for key in (*features.KINDS, "objects F1"):
        if key in best:
            row(f"{key} recognised" if "F1" not in key else key, lambda r: 100 * r[key], "%.1f %%")
    lines += ["", "| model | size | steps | guidance | diversity over 4 seeds at 0.6 | autoencoder PSNR | perceptual |",
              "| --- " * 7 + "|"]
    for name in names:
        r = results[name]
        ae = r.get("autoencoder")
        cells = [name, str(r["size"]), str(r["steps"]), f"{r['guidance']:g}"]
        cells.append(f"{r['diversity']:.2f}" if "diversity" in r else "not measured")
        cells += [f"{ae['PSNR']:.2f} dB", f"{ae['perceptual']:.2f}"] if ae else ["not measured"] * 2
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def contact(model, scenes, path, pairs=48, across=6, cell=176):
    """A sheet of sketch and painting side by side, strengths 0.4, 0.6 and 0.8 in turn."""
    prompts = [captions[-1] for captions in scenes.captions[:pairs]]
    by_strength = {s: [i for i in range(pairs) if STRENGTHS[i % 3] == s] for s in STRENGTHS}
    found = [None] * pairs
    for strength, rows in by_strength.items():
        painted = model.paint(scenes.sketches[rows], [prompts[i] for i in rows], strength, rows)
        for i, pixels in zip(rows, painted):
            found[i] = pixels
    flat = [
        [pixels for i in range(row, row + across) for pixels in (np.asarray(scenes.sketches[i]), found[i])]
        for row in range(0, pairs, across)
    ]
    heads = [text for i in range(across) for text in ("sketch", f"strength {STRENGTHS[i % 3]}, {model.steps} steps")]
    labels = ["   |   ".join(prompts[i][:52] for i in range(row, row + across)) for row in range(0, pairs, across)]
    evaluate.sheet(flat, heads, labels, path, cell, 1_900_000)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    home = Path.home() / ".cache" / "underpaint" / "training"
    parser.add_argument("--data", type=Path, default=home / "eval-256", help="held-out dataset (made if absent)")
    parser.add_argument("--model", action="append", default=[], help="name=folder[:steps[:guidance[:size]]]")
    parser.add_argument("--judge", type=Path, default=HERE / "judge.pt")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--engine", type=Path, help="paint with this `underpaint` program instead of PyTorch")
    parser.add_argument("--results", type=Path, default=HERE / "results.json", help="figures; models are added to it")
    parser.add_argument("--table", type=Path, default=HERE / "results.md")
    parser.add_argument("--paintings", type=Path, help="keep the paintings in this folder and use those that are there")
    parser.add_argument("--sheet", type=Path, help="contact sheet of the last model")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    scenes = data.ensure(options.data, 600, 900001, 256, options.threads)
    judge = features.load(options.judge)
    if judge is None:
        raise SystemExit(f"{options.judge} is missing: train it with judge.py")
    count = min(options.count, scenes.count)
    results = json.loads(options.results.read_text()) if options.results.exists() else {}
    results["held-out pictures"] = ceiling(judge, scenes, count)
    model = None
    for text in options.model:
        model = Engine(text, options.engine, options.threads) if options.engine else Model(text)
        results[model.name] = judged(model, judge, scenes, count, options.paintings, lambda text: print(text, flush=True))
        options.results.write_text(json.dumps(results, indent=1) + "\n")
    options.results.write_text(json.dumps(results, indent=1) + "\n")
    options.table.write_text(table(results))
    print(table(results))
    if options.sheet and model is not None:
        contact(model, scenes, options.sheet)


if __name__ == "__main__":
    main()
