"""Going on where the state folder is gone: from the model that was exported last, which is in the repository.

What comes back: the autoencoder as it is (its latents are what the UNet knows, so it is not trained further; only the
decoder may be refined), the tokenizer, the text encoder and the UNet's weights. What does not: the optimiser's
moments and the clock.

An export from before the pooled words (version 1: no `addition_embed_type`) may be gone on from, too: the new part
starts fresh and quiet, and the text encoder fresh, for to the old one all captions sounded alike.
"""

import json
import shutil
from pathlib import Path

from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextModel

from . import diffusion

GROWN = ("addition_embed_type", "addition_embed_type_num_heads")
"""What an older export may lack."""
CAREFULLY = 0.25
"""Share of the few-step stage's learning rate where an export goes on: at the whole of it, and without the optimiser's
moments, seven minutes made it forget a third of the facts it could tell."""
FILES = ("vocab.json", "merges.txt", "special_tokens_map.json", "tokenizer_config.json", "tokenizer.json")


def fits(folder, preset):
    """None when the export in `folder` has the preset's shapes, else a sentence why not."""
    folder = Path(folder)
    for part, wanted in (("vae", preset.vae), ("unet", preset.unet), ("text_encoder", preset.text)):
        path = folder / part / "config.json"
        if not path.exists():
            return f"{path} is missing"
        found = json.loads(path.read_text())
        for name, value in wanted.items():
            value = list(value) if isinstance(value, tuple) else value
            if name in found and found[name] != value and not (name in GROWN and found["addition_embed_type"] is None):
                return f"{path}: {name} is {found[name]}, the preset has {value}"
    for name in FILES:
        if not (folder / "tokenizer" / name).exists():
            return f"{folder / 'tokenizer' / name} is missing"
    return None


def autoencoder(folder):
    return AutoencoderKL.from_pretrained(Path(folder) / "vae").float()


def painter(folder, preset):
    """(text encoder or None, UNet) of the export, float32."""
    kept = UNet2DConditionModel.from_pretrained(Path(folder) / "unet").float()
    unet = UNet2DConditionModel(**preset.unet)
    missing, unexpected = unet.load_state_dict(kept.state_dict(), strict=False)
    strange = [name for name in missing if not name.startswith("add_embedding.")] + list(unexpected)
    if strange:
        raise ValueError(f"{folder}/unet: not the preset's network: {', '.join(strange[:5])}")
    noise = json.loads((Path(folder) / "scheduler" / "scheduler_config.json").read_text())
    diffusion.retime(unet, diffusion.schedule(noise))
    if kept.config.addition_embed_type is None:
        return None, unet
    return CLIPTextModel.from_pretrained(Path(folder) / "text_encoder").float(), unet


def tokens(folder, where):
    """Copy the export's tokenizer: its token numbers are those the text encoder knows."""
    where = Path(where)
    where.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(Path(folder) / "tokenizer" / name, where / name)
