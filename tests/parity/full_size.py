"""Measures memory and time at full size, on random weights: nobody needs to download a model for it.

    python tests/parity/full_size.py sd-turbo --program target/release/underpaint --precision f16

writes a model with the sizes of SD-Turbo (1.3 G parameters) or SDXL (3.5 G) in diffusers' layout, tensor by tensor, renders
one picture of one step with it, and reports the time and the most memory that the program had (VmHWM). It fails where that
is more than the weights in the chosen precision and 1 GB. The folder is removed at the end, unless --keep is given.

With --example the program is the example `time_model` instead, which needs no pipeline for the family.
"""

import argparse
import json
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch

TOKENIZER = Path(__file__).parents[1] / "fixtures" / "tokenizer"
UNET = {
    "sd-turbo": dict(
        sample_size=64,
        cross_attention_dim=1024,
        attention_head_dim=(5, 10, 20, 20),
        use_linear_projection=True,
    ),
    "sdxl": dict(
        sample_size=64,
        block_out_channels=(320, 640, 1280),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 2, 10),
        cross_attention_dim=2048,
        attention_head_dim=(5, 10, 20),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=2816,
    ),
}
CLIP_L = dict(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, hidden_act="quick_gelu")
CLIP_H = dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=23, num_attention_heads=16, hidden_act="gelu")
CLIP_G = dict(hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20, hidden_act="gelu")
IDS = dict(vocab_size=49408, bos_token_id=49406, eos_token_id=49407, pad_token_id=49407, max_position_embeddings=77)
TYPES = {"F16": np.float16, "F32": np.float32}


def write_weights(path, model, dtype, names=lambda name: name):
    """A safetensors file of random weights for a model without any (on the device "meta"), one tensor at a time."""
    tensors = {names(name): list(value.shape) for name, value in model.state_dict().items() if value.is_floating_point()}
    header, offset = {}, 0
    for name, shape in tensors.items():
        size = int(np.prod(shape)) * np.dtype(TYPES[dtype]).itemsize
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    header = json.dumps(header).encode()
    header += b" " * (-len(header) % 8)
    generator = np.random.default_rng(1)
    block = generator.standard_normal(1 << 22, dtype=np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        for name, shape in tensors.items():
            count = int(np.prod(shape))
            fan_in = int(np.prod(shape[1:])) if len(shape) > 1 else 1
            # Loud enough to be a computation, quiet enough to stay finite through all layers.
            scale, shift = (0.5 / fan_in**0.5, 0.0) if len(shape) > 1 else (0.02, float("norm" in name and name.endswith("weight")))
            for start in range(0, count, len(block)):
                (block[: count - start] * scale + shift).astype(TYPES[dtype]).tofile(file)
    return sum(int(np.prod(shape)) for shape in tensors.values())


def config_of(model):
    return model.to_json_string() if not hasattr(model.config, "to_diff_dict") else json.dumps(model.config.to_dict())


def write_model(folder, family, dtype):
    """The parameters by component."""
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    components = {}
    with torch.device("meta"):
        components["unet"] = UNet2DConditionModel(**UNET[family])
        components["vae"] = AutoencoderKL(
            block_out_channels=(128, 256, 512, 512),
            layers_per_block=2,
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            sample_size=512,
        )
        if family == "sdxl":
            components["text_encoder"] = CLIPTextModel(CLIPTextConfig(**CLIP_L, **IDS))
            components["text_encoder_2"] = CLIPTextModelWithProjection(CLIPTextConfig(**CLIP_G, **IDS, projection_dim=1280))
        else:
            components["text_encoder"] = CLIPTextModel(CLIPTextConfig(**CLIP_H, **IDS))
    counts = {}
    for name, model in components.items():
        is_text = name.startswith("text")
        (folder / name).mkdir(parents=True)
        (folder / name / "config.json").write_text(config_of(model))
        file = "model.safetensors" if is_text else "diffusion_pytorch_model.safetensors"
        # transformers 5 leaves out a level of names that every published file has.
        prefixed = lambda key: key if key.startswith(("text_model.", "text_projection.")) else f"text_model.{key}"
        counts[name] = write_weights(folder / name / file, model, dtype, prefixed if is_text else lambda key: key)
        print(f"{name}: {counts[name] / 1e6:.0f} M parameters, {(folder / name / file).stat().st_size / 1e9:.2f} GB", flush=True)
    scheduler = {"_class_name": "EulerDiscreteScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps({**scheduler, "timestep_spacing": "trailing"}))
    index = {
        "_class_name": "StableDiffusionXLPipeline" if family == "sdxl" else "StableDiffusionPipeline",
        "scheduler": ["diffusers", "EulerDiscreteScheduler"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
    }
    shutil.copytree(TOKENIZER, folder / "tokenizer")
    if family == "sdxl":
        index["text_encoder_2"] = ["transformers", "CLIPTextModelWithProjection"]
        index["tokenizer_2"] = ["transformers", "CLIPTokenizer"]
        shutil.copytree(TOKENIZER, folder / "tokenizer_2")
    (folder / "model_index.json").write_text(json.dumps(index))
    return counts


def run(command):
    """Runs a program; returns seconds and the most memory in bytes."""
    started = time.monotonic()
    process = subprocess.Popen(command)
    peak = 0
    while process.poll() is None:
        try:
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak = max(peak, int(line.split()[1]) * 1024)
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.05)
    if process.returncode != 0:
        sys.exit(f"the program failed with {process.returncode}")
    return time.monotonic() - started, peak


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", choices=sorted(UNET))
    parser.add_argument("--program", required=True, help="underpaint, or the example time_model")
    parser.add_argument("--example", action="store_true", help="the program is the example")
    parser.add_argument("--precision", choices=["f32", "f16"], default="f32")
    parser.add_argument("--file-precision", choices=["f32", "f16"], default="f16")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/underpaint-full-size"))
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--keep", action="store_true", help="leave the folder, and use it where it is there already")
    arguments = parser.parse_args()
    folder = arguments.folder / f"{arguments.family}-{arguments.file_precision}"
    counts_file = folder / "counts.json"
    try:
        if not counts_file.is_file():
            shutil.rmtree(folder, ignore_errors=True)
            counts_file.parent.mkdir(parents=True)
            counts_file.write_text(json.dumps(write_model(folder, arguments.family, arguments.file_precision.upper())))
        counts = json.loads(counts_file.read_text())
        # The autoencoder is computed in 32 bits whatever was asked for.
        width = {name: 4 if name == "vae" or arguments.precision == "f32" else 2 for name in counts}
        weights = sum(count * width[name] for name, count in counts.items())
        if arguments.example:
            command = [arguments.program, str(folder), str(arguments.size), "1", arguments.precision]
        else:
            sketch, picture = folder / "sketch.png", folder / "picture.png"
            from PIL import Image

            Image.effect_mandelbrot((arguments.size, arguments.size), (-2, -1.5, 1, 1.5), 50).convert("RGB").save(sketch)
            command = [arguments.program, "render", "--model", str(folder), "--sketch", str(sketch), "--prompt", "a lake"]
            command += ["--strength", "1", "--steps", "1", "--guidance", "1", "--seed", "1", "--device", "cpu"]
            command += ["--size", f"{arguments.size}x{arguments.size}", "-o", str(picture)]
            if arguments.precision != "f32":
                command += ["--precision", arguments.precision]
        seconds, peak = run(command)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    over = peak - weights
    print(f"{arguments.family} {arguments.precision}: {seconds:.1f} s, at most {peak / 1e9:.2f} GB: weights {weights / 1e9:.2f} and {over / 1e9:.2f}")
    if over > 1e9:
        sys.exit("that is more than the weights and 1 GB")


if __name__ == "__main__":
    main()
