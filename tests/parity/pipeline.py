"""The same picture from diffusers' StableDiffusionImg2ImgPipeline and from `underpaint render --compat diffusers`.

    python tests/parity/pipeline.py                 the shipped starter
    python tests/parity/pipeline.py --model DIR     another model in diffusers' format

Every case is rendered by both from the same sketch, prompt and seed on the processor. Two pictures agree where no
channel of any pixel differs by more than 2 of 255 and the mean difference is below 0.25. Exit code 0 where all agree.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import DDIMScheduler, EulerDiscreteScheduler, LCMScheduler, StableDiffusionImg2ImgPipeline
from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[2]
MAX_DIFFERENCE, MEAN_DIFFERENCE = 2, 0.25
SCHEDULERS = {"ddim": DDIMScheduler, "euler": EulerDiscreteScheduler, "lcm": LCMScheduler}
MEADOW = "a sunny meadow under a blue sky, oil painting"
LAKE = "a quiet lake at sunset with mountains, watercolour"
# width, height, strength, steps, guidance, seed, prompt, negative, scheduler
CASES = [
    (128, 128, 0.5, 12, 4.0, 7, MEADOW, "", None),
    (128, 128, 0.75, 12, 4.0, 0, LAKE, "blurry, dark", None),
    (128, 128, 1.0, 8, 1.0, 123456789, MEADOW, "", None),
    (128, 128, 0.58, 50, 4.0, 42, "", "", None),
    (96, 160, 0.6, 10, 7.5, 3, LAKE, "", None),
    (192, 128, 0.3, 20, 4.0, 2**32 + 5, "a snowy forest in winter at night, ink wash", "people", None),
    (256, 256, 0.5, 8, 4.0, 11, MEADOW, "", None),
    (128, 128, 0.6, 10, 4.0, 5, LAKE, "", "euler"),
    (160, 96, 0.8, 10, 4.0, 6, MEADOW, "grey", "euler"),
    (128, 128, 0.5, 8, 1.0, 7, MEADOW, "", "lcm"),
]


def sketch(width, height):
    """Sky, ground, sun and a scribble, in flat colours with one soft gradient."""
    picture = Image.new("RGB", (width, height), (120, 180, 240))
    draw = ImageDraw.Draw(picture)
    draw.rectangle([0, height * 3 // 5, width, height], fill=(70, 150, 60))
    draw.ellipse([width // 8, height // 8, width // 8 + height // 5, height // 8 + height // 5], fill=(250, 220, 60))
    draw.line([(0, height * 4 // 5), (width // 3, height * 2 // 3), (width, height * 5 // 6)], fill=(120, 80, 40), width=4)
    pixels = np.asarray(picture).astype(np.int32)
    pixels[..., 2] -= np.linspace(0, 60, width).astype(np.int32)[None, :]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def theirs(pipeline, case):
    width, height, strength, steps, guidance, seed, prompt, negative, scheduler = case
    named = pipeline.scheduler
    if scheduler:
        pipeline.scheduler = SCHEDULERS[scheduler].from_config(named.config)
    result = pipeline(
        prompt=prompt,
        negative_prompt=negative,
        image=sketch(width, height),
        strength=strength,
        num_inference_steps=steps,
        guidance_scale=guidance,
        generator=torch.Generator("cpu").manual_seed(seed),
    )
    pipeline.scheduler = named
    return np.asarray(result.images[0].convert("RGB"))


def ours(program, model, case, folder):
    width, height, strength, steps, guidance, seed, prompt, negative, scheduler = case
    source, result = folder / "sketch.png", folder / "picture.png"
    sketch(width, height).save(source)
    command = [program, "render", "--model", model, "--sketch", source, "--prompt", prompt, "--negative", negative]
    command += ["--strength", strength, "--steps", steps, "--guidance", guidance, "--seed", seed]
    command += ["--compat", "diffusers", "--device", "cpu", "-o", result]
    if scheduler:
        command += ["--scheduler", scheduler]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{program} ended with {done.returncode}: {done.stderr.strip()}")
    return np.asarray(Image.open(result).convert("RGB"))


def compare(program, model, folder):
    """Render all cases with a model and return how many differ."""
    pipeline = StableDiffusionImg2ImgPipeline.from_pretrained(str(model))
    pipeline.set_progress_bar_config(disable=True)
    wrong = 0
    print(f"{model}\n   size      strength steps guidance       seed scheduler   max   mean  spread   ours theirs")
    for case in CASES:
        started = time.perf_counter()
        expected = theirs(pipeline, case)
        between = time.perf_counter()
        found = ours(program, model, case, folder)
        ended = time.perf_counter()
        difference = np.abs(found.astype(np.int32) - expected.astype(np.int32))
        agrees = difference.max() <= MAX_DIFFERENCE and difference.mean() < MEAN_DIFFERENCE
        wrong += not agrees
        width, height, strength, steps, guidance, seed, _, _, scheduler = case
        print(
            f"   {f'{width}x{height}':9} {strength:8} {steps:5} {guidance:8} {seed:10} {scheduler or 'named':9} "
            f"{difference.max():5} {difference.mean():6.3f} {expected.std():7.1f} "
            f"{ended - between:6.2f} {between - started:6.2f}{'' if agrees else '   DIFFERS'}"
        )
    return wrong


def built_program():
    """The command-line program, built where it is not given."""
    given = os.environ.get("UNDERPAINT_CLI")
    if given:
        return given
    subprocess.run(["cargo", "build", "--package", "underpaint-cli"], cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return str(target / "debug" / "underpaint")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", type=Path, default=ROOT / "web" / "starter")
    options.add_argument("--program", help="the underpaint program (default: $UNDERPAINT_CLI, else built by cargo)")
    options = options.parse_args()
    program = options.program or built_program()
    with tempfile.TemporaryDirectory() as name:
        wrong = compare(program, options.model, Path(name))
    print("all pictures agree" if wrong == 0 else f"{wrong} pictures differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
