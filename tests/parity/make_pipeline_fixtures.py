"""A tiny random model and the pictures that diffusers makes with it, for crates/diffusion/tests/parity/pipeline.rs.

    python tests/parity/make_pipeline_fixtures.py
"""

import json
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionImg2ImgPipeline

import random_model
from pipeline import SCHEDULERS, sketch

OUT = Path(__file__).parents[1] / "fixtures" / "pipeline"
# name, width, height, strength, steps, guidance, seed, prompt, negative, scheduler
CASES = [
    ("guided", 32, 32, 0.6, 5, 4.0, 7, "a quiet lake at sunset", "night", None),
    ("wide", 48, 32, 1.0, 4, 1.0, 0, "a sunny meadow", "", None),
    ("tall-euler", 24, 40, 0.7, 6, 3.0, 2**32 + 9, "a snowy forest", "", "euler"),
    ("lcm", 32, 32, 0.5, 6, 1.0, 3, "a misty harbour", "", "lcm"),
]


def main():
    random_model.make(OUT / "model", seed=4, width=8, prediction_type="v_prediction")
    # Old configurations have these two wrong, and diffusers' pipeline corrects them when it loads.
    scheduler = OUT / "model" / "scheduler" / "scheduler_config.json"
    settings = {**json.loads(scheduler.read_text()), "steps_offset": 0, "clip_sample": True}
    scheduler.write_text(json.dumps(settings, indent=2) + "\n")
    # The tokenizer's files are a fixture of their own.
    for file in (OUT / "model" / "tokenizer").iterdir():
        file.unlink()
    (OUT / "model" / "tokenizer").rmdir()
    (OUT / "model" / "README.md").unlink(missing_ok=True)
    pipeline = StableDiffusionImg2ImgPipeline.from_pretrained(
        str(OUT / "model"), tokenizer=random_model.CLIPTokenizer.from_pretrained(str(random_model.TOKENIZER))
    )
    pipeline.set_progress_bar_config(disable=True)
    named = pipeline.scheduler
    found = []
    for name, width, height, strength, steps, guidance, seed, prompt, negative, scheduler in CASES:
        pipeline.scheduler = SCHEDULERS[scheduler].from_config(named.config) if scheduler else named
        image = sketch(width, height)
        result = pipeline(
            prompt=prompt,
            negative_prompt=negative,
            image=image,
            strength=strength,
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=torch.Generator("cpu").manual_seed(seed),
        )
        picture = np.asarray(result.images[0])
        print(name, picture.shape, f"spread {picture.std():.1f}")
        found.append({
            "name": name, "width": width, "height": height, "strength": strength, "steps": steps,
            "guidance": guidance, "seed": seed, "prompt": prompt, "negative": negative, "scheduler": scheduler,
            "sketch": np.asarray(image).flatten().tolist(), "picture": picture.flatten().tolist(),
        })
    text = json.dumps(found, separators=(",", ":")).replace('{"name"', '\n{"name"')
    (OUT / "pictures.json").write_text(text + "\n")
    print(sum(file.stat().st_size for file in OUT.rglob("*") if file.is_file()), "bytes")


if __name__ == "__main__":
    main()
