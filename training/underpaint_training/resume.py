"""Going on where the state folder is gone: from the model that was exported last, which is in the repository.

What comes back: the autoencoder as it is (its latents are what the UNet knows, so it is not trained further; only the
decoder may be refined), the tokenizer, the text encoder and the UNet's weights. What does not: the optimiser's
moments, the clock and, where the export is a distilled one, the teacher. The diffusion stage then starts from the
student's weights, which are a good start and no more: the loss first rises to that of an unguided model.
"""

import json
import shutil
from pathlib import Path

from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextModel

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
            if name in found and found[name] != value:
                return f"{path}: {name} is {found[name]}, the preset has {value}"
    for name in FILES:
        if not (folder / "tokenizer" / name).exists():
            return f"{folder / 'tokenizer' / name} is missing"
    return None


def autoencoder(folder):
    return AutoencoderKL.from_pretrained(Path(folder) / "vae").float()


def painter(folder):
    """(text encoder, UNet) of the export, float32."""
    text = CLIPTextModel.from_pretrained(Path(folder) / "text_encoder").float()
    return text, UNet2DConditionModel.from_pretrained(Path(folder) / "unet").float()


def tokens(folder, where):
    """Copy the export's tokenizer: its token numbers are those the text encoder knows."""
    where = Path(where)
    where.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(Path(folder) / "tokenizer" / name, where / name)
