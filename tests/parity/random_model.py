"""Small models with random weights in diffusers' format, for comparisons that need no trained one."""

import json
import shutil
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    EulerDiscreteScheduler,
    LCMScheduler,
    StableDiffusionImg2ImgPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

TOKENIZER = Path(__file__).parents[1] / "fixtures" / "tokenizer"
SCHEDULERS = {"ddim": DDIMScheduler, "euler": EulerDiscreteScheduler, "lcm": LCMScheduler}


def parts(seed, width):
    """Text encoder, UNet and autoencoder; `width` is the channels of their first blocks."""
    torch.manual_seed(seed)
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=1000,
            hidden_size=2 * width,
            intermediate_size=4 * width,
            num_hidden_layers=2,
            num_attention_heads=2,
            max_position_embeddings=77,
            hidden_act="quick_gelu",
            bos_token_id=602,
            eos_token_id=603,
            pad_token_id=603,
        )
    )
    unet = UNet2DConditionModel(
        sample_size=16,
        block_out_channels=(width, 2 * width),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=2 * width,
        attention_head_dim=2,
        norm_num_groups=4,
    )
    vae = AutoencoderKL(
        block_out_channels=(width, width, 2 * width),
        layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=64,
        scaling_factor=0.6,
    )
    with torch.no_grad():
        # Random networks whisper; louder ones show every mistake in the pixels.
        unet.conv_out.weight *= 3.0
        vae.decoder.conv_out.weight *= 1.5
        # Half precision on disk must not be a difference between the two programs.
        for model in (text, unet, vae):
            for parameter in model.parameters():
                parameter.copy_(parameter.half().float())
    return text, unet, vae


def make(folder, seed=0, width=32, scheduler="ddim", **options):
    """Save a model as `StableDiffusionImg2ImgPipeline.save_pretrained` does, and return its folder."""
    folder = Path(folder)
    if folder.exists():
        shutil.rmtree(folder)
    text, unet, vae = parts(seed, width)
    settings = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", **options}
    if scheduler == "ddim":
        settings = {"clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1, **settings}
    pipeline = StableDiffusionImg2ImgPipeline(
        vae=vae.half(),
        text_encoder=text.half(),
        tokenizer=CLIPTokenizer.from_pretrained(str(TOKENIZER)),
        unet=unet.half(),
        scheduler=SCHEDULERS[scheduler](**settings),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder)
    config = folder / "text_encoder" / "config.json"
    values = json.loads(config.read_text())
    values["dtype"] = values["torch_dtype"] = "float32"
    config.write_text(json.dumps(values, indent=2) + "\n")
    return folder
