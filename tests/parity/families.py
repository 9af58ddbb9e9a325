"""Every family, scheduler and task: the same picture from diffusers' own pipeline and from `underpaint render`.

    python tests/parity/families.py                     everything, on the processor
    python tests/parity/families.py sd1 sdxl            some families only
    python tests/parity/families.py --device gpu        on the graphics device, within 4 of 255
    python tests/parity/families.py --seed 5            other random models, sizes and seeds

Models are small and random, made on the spot (random_families.py). Two pictures agree where no channel of any pixel
differs by more than 2 of 255 and the mean difference is below 0.25. Exit code 0 where all agree.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import diffusers
import numpy as np
import transformers
import torch
from PIL import Image, ImageDraw

import random_families
from pipeline import built_program, sketch

warnings.filterwarnings("ignore")
# These models are too small to share among threads.
torch.set_num_threads(1)
diffusers.utils.logging.set_verbosity_error()
diffusers.utils.logging.disable_progress_bar()
transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
# diffusers 0.42 looks for the final norm of a text encoder where transformers 5 no longer has it.
if not hasattr(transformers.CLIPTextModel, "text_model"):
    transformers.CLIPTextModel.text_model = property(lambda model: model)

SCHEDULERS = {
    "ddim": (diffusers.DDIMScheduler, {}),
    "euler": (diffusers.EulerDiscreteScheduler, {}),
    "euler-a": (diffusers.EulerAncestralDiscreteScheduler, {}),
    "dpmpp-2m": (diffusers.DPMSolverMultistepScheduler, {"algorithm_type": "dpmsolver++"}),
    "dpmpp-2m-sde": (diffusers.DPMSolverMultistepScheduler, {"algorithm_type": "sde-dpmsolver++"}),
    "unipc": (diffusers.UniPCMultistepScheduler, {}),
    "lcm": (diffusers.LCMScheduler, {}),
}
KARRAS = ["euler", "dpmpp-2m", "dpmpp-2m-sde", "unipc"]
PROMPTS = [
    ("a sunny meadow under a blue sky, oil painting", None),
    ("a quiet lake at sunset with mountains, watercolour", "blurry, dark"),
    ("", ""),
    ("a (very) red [house], " * 30, "people"),
]


def mask_of(width, height):
    picture = Image.new("L", (width, height), 0)
    ImageDraw.Draw(picture).ellipse([width // 5, height // 6, width * 4 // 5, height * 3 // 4], fill=255)
    return picture


def given(case):
    """The size that sketch and mask come in."""
    width, height = case["width"], case["height"]
    return (2 * width - 3, height + 17) if case.get("resized") else (width, height)


def lines_of(width, height):
    picture = Image.new("RGB", (width, height), (0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.line([(0, height // 2), (width // 3, height // 4), (width, height * 2 // 3)], fill=(255, 255, 255), width=3)
    draw.ellipse([width // 4, height // 4, width // 2, height // 2], outline=(255, 255, 255), width=2)
    return picture


def cases_of(family, dice):
    """Some runs of a family: the plain one, every sampler, masks, control networks."""

    def case(**options):
        prompt, negative = dice.choice(PROMPTS)
        values = dict(
            width=8 * dice.randint(6, 14),
            height=8 * dice.randint(6, 14),
            strength=round(dice.uniform(0.35, 1.0), 2),
            steps=dice.randint(4, 9),
            guidance=dice.choice([1.0, 4.0, 7.5]),
            seed=dice.randrange(2**32),
            prompt=prompt,
            negative=negative,
        )
        return {**values, **options}

    if family == "inpainting":
        return [case(mask=True), case(mask=True, strength=1.0), case(mask=True, scheduler="euler-a")]
    cases = [case(), case(strength=1.0), case(clip_skip=1)]
    if family in ("sd_turbo", "sdxs", "sdxl_turbo"):
        cases += [case(steps=2, strength=0.5, guidance=0.0), case(steps=1, strength=1.0, guidance=0.0)]
    names = list(SCHEDULERS) if family in ("sd1", "sd2_v", "sdxl") else dice.sample(list(SCHEDULERS), 2)
    cases += [case(scheduler=name) for name in names]
    if family in ("sd1", "sdxl"):
        cases += [case(scheduler=name, karras=True, strength=1.0) for name in KARRAS]
    cases += [case(mask=True), case(mask=True, strength=1.0, scheduler=dice.choice(list(SCHEDULERS)))]
    # diffusers makes no control network of a UNet without a middle block.
    if family not in ("lcm", "taesd", "sdxs", "tiny_sd"):
        cases += [case(control=0.7), case(control=1.0, scheduler="euler-a"), case(control=0.9, mask=True)]
    if family in ("sd1", "sd2", "sd_turbo", "sdxl"):
        cases.append(case(tiny=True))
    if family in ("sd1", "sdxl"):
        cases += [case(resized=True), case(resized=True, mask=True)]
    return cases


def their_pipeline(folder, case, control, made):
    """The pipeline that diffusers has for a case; `made` remembers those of this model."""
    xl = (folder / "text_encoder_2").exists()
    lcm = "LatentConsistency" in (folder / "model_index.json").read_text()
    kinds = {
        (False, False): diffusers.StableDiffusionXLImg2ImgPipeline if xl else diffusers.StableDiffusionImg2ImgPipeline,
        (True, False): diffusers.StableDiffusionXLInpaintPipeline if xl else diffusers.StableDiffusionInpaintPipeline,
        (False, True): (
            diffusers.StableDiffusionXLControlNetImg2ImgPipeline if xl else diffusers.StableDiffusionControlNetImg2ImgPipeline
        ),
        (True, True): (
            diffusers.StableDiffusionXLControlNetInpaintPipeline if xl else diffusers.StableDiffusionControlNetInpaintPipeline
        ),
    }
    task = (bool(case.get("mask")), bool(case.get("control")))
    is_lcm = lcm and task == (False, False)
    key = (task, bool(case.get("tiny")))
    if key not in made:
        options = {}
        if case.get("control"):
            options["controlnet"] = diffusers.ControlNetModel.from_pretrained(control)
        if case.get("tiny"):
            options["vae"] = diffusers.AutoencoderTiny.from_pretrained(folder.parent / "tiny")
        kind = diffusers.LatentConsistencyModelImg2ImgPipeline if is_lcm else kinds[task]
        pipeline = kind.from_pretrained(folder, **options)
        pipeline.set_progress_bar_config(disable=True)
        made[key] = (pipeline, pipeline.scheduler)
    pipeline, named = made[key]
    pipeline.scheduler = type(named).from_config(named.config)
    if case.get("scheduler"):
        scheduler, extra = SCHEDULERS[case["scheduler"]]
        extra = {**extra, **({"use_karras_sigmas": True} if case.get("karras") else {})}
        pipeline.scheduler = scheduler.from_config(named.config, **extra)
    return pipeline, is_lcm


def theirs(folder, case, control, made):
    pipeline, is_lcm = their_pipeline(folder, case, control, made)
    width, height = case["width"], case["height"]
    arguments = dict(
        prompt=case["prompt"],
        image=sketch(*given(case)).resize((width, height), Image.Resampling.LANCZOS),
        strength=case["strength"],
        num_inference_steps=case["steps"],
        guidance_scale=case["guidance"],
        generator=torch.Generator("cpu").manual_seed(case["seed"]),
    )
    if not is_lcm:
        arguments["negative_prompt"] = case["negative"]
    if case.get("clip_skip"):
        arguments["clip_skip"] = case["clip_skip"]
    if case.get("mask"):
        arguments.update(mask_image=mask_of(*given(case)), width=width, height=height)
    if case.get("control"):
        arguments.update(
            control_image=lines_of(width, height), controlnet_conditioning_scale=case["control"], width=width, height=height
        )
    with torch.no_grad():
        return np.asarray(pipeline(**arguments).images[0].convert("RGB"))


def ours(program, folder, case, control, options):
    scratch = folder.parent
    width, height = case["width"], case["height"]
    sketch(*given(case)).save(scratch / "sketch.png")
    command = [program, "render", "--model", folder, "--sketch", scratch / "sketch.png", "--compat", "diffusers"]
    command += ["--device", options.device, "--precision", "f32", "-o", scratch / "picture.png"]
    command += ["--size", f"{width}x{height}"]
    for name in ["prompt", "negative", "strength", "steps", "guidance", "seed", "scheduler", "clip_skip"]:
        if case.get(name) is not None:
            command += ["--" + name.replace("_", "-"), case[name]]
    command += ["--karras"] if case.get("karras") else []
    if case.get("mask"):
        mask_of(*given(case)).save(scratch / "mask.png")
        command += ["--mask", scratch / "mask.png"]
    if case.get("control"):
        lines_of(width, height).save(scratch / "lines.png")
        command += ["--control", control, "--control-image", scratch / "lines.png", "--control-scale", case["control"]]
    command += ["--vae", scratch / "tiny"] if case.get("tiny") else []
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        return done.stderr.strip()
    return np.asarray(Image.open(scratch / "picture.png").convert("RGB"))


def describe(case):
    words = [f"{case['width']}x{case['height']}", f"s{case['strength']}", f"n{case['steps']}", f"g{case['guidance']}"]
    words += [case.get("scheduler") or "named"] + [name for name in ["karras", "mask", "control", "tiny", "resized"] if case.get(name)]
    words += [f"skip{case['clip_skip']}"] if case.get("clip_skip") else []
    return " ".join(words) + (" none" if case["negative"] is None else "")


def compare(program, family, scratch, options):
    dice = random.Random(f"{family} {options.seed}")
    folder = random_families.make(scratch / "model", family, seed=dice.randrange(1000))
    has_control = any(case.get("control") for case in cases_of(family, random.Random(0)))
    control = random_families.make_control(scratch / "control", family) if has_control else None
    torch.manual_seed(9)
    random_families.tiny_autoencoder().save_pretrained(scratch / "tiny")
    wrong, made = 0, {}
    most, limit = (4, 0.5) if options.device == "gpu" else (2, 0.25)
    for case in cases_of(family, dice):
        if options.only and options.only not in describe(case):
            continue
        try:
            expected = theirs(folder, case, control, made)
        except (ValueError, TypeError) as error:
            expected = str(error).splitlines()[0]
        found = ours(program, folder, case, control, options)
        if isinstance(expected, str) or isinstance(found, str):
            # What diffusers refuses need not be refused with the same words.
            agrees = isinstance(expected, str) and isinstance(found, str)
            print(f"{family:10} {describe(case):52} {'both refuse' if agrees else 'DIFFERS'}: {found if isinstance(found, str) else expected}")
        else:
            difference = np.abs(found.astype(np.int32) - expected.astype(np.int32))
            agrees = difference.max() <= most and difference.mean() < limit
            print(
                f"{family:10} {describe(case):52} max {difference.max():3} mean {difference.mean():6.3f} "
                f"spread {expected.std():5.1f}{'' if agrees else '   DIFFERS'}"
            )
        sys.stdout.flush()
        wrong += not agrees
    return wrong


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("families", nargs="*", default=[])
    options.add_argument("--device", default="cpu", choices=["cpu", "gpu"])
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--only", help="run only cases whose description holds this text")
    options.add_argument("--program", help="the underpaint program (default: $UNDERPAINT_CLI, else built by cargo)")
    options = options.parse_args()
    program = options.program or built_program()
    wrong = 0
    for family in options.families or random_families.FAMILIES:
        with tempfile.TemporaryDirectory() as name:
            wrong += compare(program, family, Path(name), options)
    print("all pictures agree" if wrong == 0 else f"{wrong} pictures differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
