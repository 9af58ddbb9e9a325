"""Writes the diffusers folder that Underpaint (and diffusers itself) loads."""

import copy
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from safetensors.torch import load_file, save_file
from transformers import CLIPTextModel

from . import data, diffusion, sample, tokenizer

EXAMPLES = [
    "a sunny meadow under a blue sky, oil painting",
    "a lake at sunset with mountains, watercolour",
    "a snowy forest in winter at night",
    "a misty lake with a sailboat in the morning, watercolour",
    "a desert with dunes under a clear sky, pastel",
    "rolling hills in autumn with trees, oil painting",
]


def write(folder, vae, text, unet, tokenizer_folder, extra):
    """Write all parts as float16 safetensors with their standard configurations, then `underpaint.json`."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for part, model in (("vae", vae), ("unet", unet), ("text_encoder", text)):
        half = copy.deepcopy(model).cpu().half()
        half.save_pretrained(folder / part, safe_serialization=True)
    rename(folder / "text_encoder" / "model.safetensors")
    text_config = folder / "text_encoder" / "config.json"
    config = json.loads(text_config.read_text())
    config["architectures"] = ["CLIPTextModel"]
    # transformers loads in the type named here, diffusers the other parts in float32: they must agree
    config["dtype"] = config["torch_dtype"] = "float32"
    text_config.write_text(json.dumps(config, indent=2) + "\n")
    (folder / "tokenizer").mkdir(exist_ok=True)
    for file in Path(tokenizer_folder).iterdir():
        shutil.copyfile(file, folder / "tokenizer" / file.name)
    scheduler().save_pretrained(folder / "scheduler")
    index = {
        "_class_name": "StableDiffusionPipeline",
        "_diffusers_version": "0.31.0",
        "feature_extractor": [None, None],
        "image_encoder": [None, None],
        "requires_safety_checker": False,
        "safety_checker": [None, None],
        "scheduler": ["diffusers", "DDIMScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    (folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")
    write_extra(folder, extra)


def write_extra(folder, extra):
    """Write `underpaint.json`, with length and hash of every other file, so that the app asks for no file in vain."""
    name = "underpaint.json"
    files = {}
    for file in sorted(Path(folder).rglob("*")):
        if file.is_file() and file.name != name:
            content = file.read_bytes()
            path = file.relative_to(folder).as_posix()
            files[path] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (Path(folder) / name).write_text(json.dumps(dict(extra, files=files), indent=1) + "\n")


def rename(path):
    """Some releases of transformers drop the `text_model.` prefix on saving; every reader knows the prefixed names."""
    tensors = load_file(path)
    named = {
        (name if name.startswith("text_model.") or name.startswith("text_projection") else "text_model." + name): value
        for name, value in tensors.items()
        if not name.endswith("position_ids")
    }
    save_file({name: value.contiguous() for name, value in named.items()}, path, metadata={"format": "pt"})


def scheduler():
    """`DDIMScheduler` with the noise of the training (`diffusion.betas`)."""
    return DDIMScheduler(
        num_train_timesteps=1000,
        trained_betas=[float(f"{beta:.7g}") for beta in diffusion.betas()],
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=False,
        set_alpha_to_one=True,
        steps_offset=0,
    )


def load(folder, device="cpu"):
    """The exported parts, as float32, ready to paint."""
    folder = Path(folder)
    vae = AutoencoderKL.from_pretrained(folder / "vae").float().eval().to(device)
    unet = UNet2DConditionModel.from_pretrained(folder / "unet").float().eval().to(device)
    text = CLIPTextModel.from_pretrained(folder / "text_encoder").float().eval().to(device)
    noise = json.loads((folder / "scheduler" / "scheduler_config.json").read_text())
    return sample.Painter(vae, text, unet, tokenizer.load(folder / "tokenizer"), device, noise)


def sizes(folder):
    """Bytes of each part of the folder and altogether."""
    out = {}
    for file in sorted(Path(folder).rglob("*")):
        if file.is_file():
            part = file.relative_to(folder).parts[0]
            out[part] = out.get(part, 0) + file.stat().st_size
    return dict(out, all=sum(out.values()))


def latent_rgb(painter, pixels):
    """Least-squares colours of the scaled latents: (4 rows of 3, 3 offsets) to RGB in -1..1."""
    latents = torch.cat([painter.encode(part) for part in np.array_split(pixels, max(1, len(pixels) // 16))])
    side = latents.shape[-1]
    colours = torch.nn.functional.adaptive_avg_pool2d(data.to_tensor(pixels), side)
    inputs = latents.permute(0, 2, 3, 1).reshape(-1, 4).double().cpu()
    inputs = torch.cat([inputs, torch.ones(len(inputs), 1).double()], 1)
    solved = torch.linalg.lstsq(inputs, colours.permute(0, 2, 3, 1).reshape(-1, 3).double()).solution
    rows = [[round(value, 5) for value in row] for row in solved.tolist()]
    return rows[:4], rows[4]


def check_pipeline(folder, sketch, prompt, steps=4, guidance=1.0):
    """Load the folder in diffusers' own image-to-image pipeline, unchanged, and paint once; returns uint8 pixels."""
    from diffusers import StableDiffusionImg2ImgPipeline
    from PIL import Image

    pipeline = StableDiffusionImg2ImgPipeline.from_pretrained(str(folder))
    pipeline.set_progress_bar_config(disable=True)
    again = pipeline.tokenizer(prompt, padding="max_length", truncation=True).input_ids
    ours = tokenizer.encode(tokenizer.load(Path(folder) / "tokenizer"), [prompt])[0].tolist()
    if again != ours:
        raise ValueError(f"the tokenizer reads {prompt!r} as {again}, not as {ours}")
    generator = torch.Generator().manual_seed(0)
    found = pipeline(
        prompt=prompt,
        image=Image.fromarray(sketch),
        strength=0.5,
        num_inference_steps=2 * steps,  # of which the strength takes half
        guidance_scale=guidance,
        generator=generator,
    )
    return np.asarray(found.images[0])
