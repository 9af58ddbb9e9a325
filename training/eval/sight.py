"""What an exported UNet sees in a noised picture: the squared error of one step on held-out *true* pictures, by time.

    python training/eval/sight.py --model web/starter

Beside it the error of not calling the network at all (what is there, scaled, taken for the picture). A network that is
worse than that paints over what is there; one that is hired to paint on must be far better wherever the noise is low.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch  # noqa: E402

from underpaint_training import data, export  # noqa: E402

TIMES = (50, 100, 250, 400, 600, 800)


@torch.no_grad()
def errors(painter, scenes, count):
    """For each time: (time, sqrt(abar), error of one step, error without the network); latents have deviation 1."""
    latents = painter.encode(scenes.pictures[:count])
    context = painter.context([captions[-1] for captions in scenes.captions[:count]])
    torch.manual_seed(0)
    for time in TIMES:
        abar = painter.alphas[time]
        a, b = abar.sqrt(), (1 - abar).sqrt()
        noisy = a * latents + b * torch.randn_like(latents)
        v = painter.unet(noisy, torch.full((count,), time), context).sample
        seen = a * noisy - b * v
        yield time, float(a), float((seen - latents).pow(2).mean()), float((a * noisy - latents).pow(2).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    home = Path.home() / ".cache" / "underpaint" / "training"
    parser.add_argument("--model", type=Path, required=True, help="exported folder")
    parser.add_argument("--data", type=Path, default=home / "eval-256", help="held-out dataset (made if absent)")
    parser.add_argument("--count", type=int, default=48)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    scenes = data.ensure(options.data, 600, 900001, 256, options.threads)
    for time, a, error, without in errors(export.load(options.model), scenes, options.count):
        print(f"time {time:4}  sqrt(abar) {a:.3f}  error {error:.4f}  without the network {without:.4f}")


if __name__ == "__main__":
    main()
