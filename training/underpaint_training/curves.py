"""The loss curves of a stage: a file of numbers that survives interruptions, and a picture of it."""

import json
import math
from pathlib import Path

from PIL import Image, ImageDraw

COLOURS = ((200, 60, 50), (40, 110, 190), (60, 150, 70), (150, 90, 170), (220, 140, 30))


class History:
    """Appends to `<name>.jsonl` and keeps `<name>.png` up to date."""

    def __init__(self, folder, name):
        self.path = Path(folder) / f"{name}.jsonl"
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, step, **values):
        """One point; a value that is no number (a loss that exploded) is written too, to be seen."""
        with open(self.path, "a") as file:
            file.write(json.dumps({"step": int(step), **{name: float(value) for name, value in values.items()}}) + "\n")
        self.draw()

    def rows(self):
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text().splitlines() if line.strip()]

    def draw(self):
        plot(self.rows(), self.path.with_suffix(".png"), self.path.stem)


def plot(rows, path, title, width=720, height=300):
    """Lines over the steps, each value scaled to its own range (given in the legend), as a PNG."""
    canvas = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(canvas)
    left, top, right, bottom = 12, 34, width - 12, height - 20
    draw.rectangle((left, top, right, bottom), outline=(190, 190, 190))
    names = [name for name in (rows[-1] if rows else {}) if name != "step"]
    last = max((row["step"] for row in rows), default=1)
    draw.text((left, 3), title, fill="black")
    draw.text((right - 90, bottom + 4), f"step {last}", fill=(90, 90, 90))
    x = left
    for index, name in enumerate(names):
        colour = COLOURS[index % len(COLOURS)]
        points = [(row["step"], row[name]) for row in rows if name in row and math.isfinite(row[name])]
        if not points:
            continue
        low, high = min(value for _, value in points), max(value for _, value in points)
        span = (high - low) or 1.0
        legend = f"{name} {low:.4g} to {high:.4g}, now {points[-1][1]:.4g}   "
        draw.text((x, 18), legend, fill=colour)
        x += int(draw.textlength(legend))
        line = [
            (left + (right - left) * step / last, bottom - 4 - (bottom - top - 8) * (value - low) / span)
            for step, value in points
        ]
        if len(line) > 1:
            draw.line(line, fill=colour, width=2)
        else:
            draw.ellipse((line[0][0] - 2, line[0][1] - 2, line[0][0] + 2, line[0][1] + 2), fill=colour)
    canvas.save(path)
