"""Writes what PyTorch computes with the parts of a model, for the example `compare_model` of crates/diffusion.

    python tests/parity/make_model_cases.py FOLDER OUT
"""

import json
import sys
from pathlib import Path

import diffusers
import torch
from safetensors.torch import save_file
from transformers import CLIPTextModel


def main(folder, out):
    torch.manual_seed(3)
    folder, out = Path(folder), Path(out)
    text = CLIPTextModel.from_pretrained(folder / "text_encoder").float().eval()
    unet = diffusers.UNet2DConditionModel.from_pretrained(folder / "unet").float().eval()
    kind = json.loads((folder / "vae" / "config.json").read_text())["_class_name"]
    vae = getattr(diffusers, kind).from_pretrained(folder / "vae").float().eval()
    side = unet.config.sample_size or 16
    pixels = 8 * side
    ids = torch.randint(0, text.config.vocab_size, (2, text.config.max_position_embeddings))
    row = torch.linspace(-1, 1, pixels)
    image = torch.stack([row.repeat(pixels, 1), row.repeat(pixels, 1).T, torch.sin(5 * row).repeat(pixels, 1)])[None]
    with torch.no_grad():
        hidden = text(ids).last_hidden_state
        latents, timesteps = torch.randn(2, unet.config.in_channels, side, side), torch.tensor([900, 300])
        noise = unet(latents, timesteps, hidden).sample
        found = vae.encode(image)
        raw = found.latents if hasattr(found, "latents") else found.latent_dist.mode()
        shift = vae.config.shift_factor or 0.0
        tensors = {
            "ids": ids.float(),
            "hidden": hidden,
            "latents": latents,
            "timesteps": timesteps.float(),
            "noise": noise,
            "image": image,
            "encoded": (raw - shift) * vae.config.scaling_factor,
            "decoded": vae.decode(raw).sample,
        }
    out.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in tensors.items()}, out / "cases.safetensors")


if __name__ == "__main__":
    main(*sys.argv[1:])
