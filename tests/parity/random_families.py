"""Small models with random weights for every family, as diffusers saves them."""

import json
import shutil
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    ControlNetModel,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    LatentConsistencyModelImg2ImgPipeline,
    LCMScheduler,
    PNDMScheduler,
    StableDiffusionImg2ImgPipeline,
    StableDiffusionXLImg2ImgPipeline,
    UNet2DConditionModel,
    UniPCMultistepScheduler,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

TOKENIZER = Path(__file__).parents[1] / "fixtures" / "tokenizer"
NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


def text_encoder(width, layers=2, act="quick_gelu", projection=None, pad=603):
    config = CLIPTextConfig(
        vocab_size=1000,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        max_position_embeddings=77,
        hidden_act=act,
        projection_dim=projection or width,
        bos_token_id=602,
        eos_token_id=603,
        pad_token_id=pad,
    )
    return CLIPTextModelWithProjection(config) if projection else CLIPTextModel(config)


def autoencoder(width=32, scale=0.6, halvings=2, **options):
    return AutoencoderKL(
        block_out_channels=(width,) * halvings + (2 * width,),
        layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * (halvings + 1),
        up_block_types=("UpDecoderBlock2D",) * (halvings + 1),
        latent_channels=4,
        norm_num_groups=8,
        sample_size=64,
        scaling_factor=scale,
        **options,
    )


def tiny_autoencoder():
    return AutoencoderTiny(
        encoder_block_out_channels=(16, 16, 16),
        decoder_block_out_channels=(16, 16, 16),
        num_encoder_blocks=(1, 2, 2),
        num_decoder_blocks=(2, 2, 1),
        latent_channels=4,
    )


def unet(**options):
    values = dict(
        sample_size=16,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=64,
        attention_head_dim=8,
        norm_num_groups=8,
    )
    values.update(options)
    return UNet2DConditionModel(**values)


def sd1():
    return dict(unet=unet(layers_per_block=2), vae=autoencoder(), text_encoder=text_encoder(64)), DDIMScheduler(
        clip_sample=False, set_alpha_to_one=False, steps_offset=1, **NOISE
    )


def sd1_deep():
    network = unet(
        block_out_channels=(32, 32, 64, 64),
        layers_per_block=2,
        down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3,
        attention_head_dim=4,
    )
    return dict(unet=network, vae=autoencoder(24, 0.18215, 3), text_encoder=text_encoder(64, 3)), PNDMScheduler(
        skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1, **NOISE
    )


def sd2(prediction="epsilon"):
    network = unet(attention_head_dim=[2, 4], use_linear_projection=True, upcast_attention=prediction != "epsilon")
    return dict(unet=network, vae=autoencoder(), text_encoder=text_encoder(64, 3, "gelu")), DDIMScheduler(
        clip_sample=False, set_alpha_to_one=False, steps_offset=1, prediction_type=prediction, **NOISE
    )


def sd2_v():
    return sd2("v_prediction")


def sd_turbo():
    network = unet(attention_head_dim=[2, 4], use_linear_projection=True)
    return dict(unet=network, vae=autoencoder(), text_encoder=text_encoder(64, 3, "gelu")), EulerDiscreteScheduler(
        timestep_spacing="trailing", **NOISE
    )


def lcm():
    network = unet(time_cond_proj_dim=16)
    return dict(unet=network, vae=autoencoder(), text_encoder=text_encoder(64)), LCMScheduler(**NOISE)


def sdxs():
    network = unet(
        block_out_channels=(32, 64, 64),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        mid_block_type=None,
    )
    return dict(unet=network, vae=tiny_autoencoder(), text_encoder=text_encoder(64, 3, "gelu")), EulerDiscreteScheduler(
        timestep_spacing="trailing", **NOISE
    )


def tiny_sd():
    network = unet(
        block_out_channels=(32, 64, 96),
        down_block_types=("CrossAttnDownBlock2D",) * 3,
        up_block_types=("CrossAttnUpBlock2D",) * 3,
        mid_block_type=None,
    )
    return dict(unet=network, vae=autoencoder(), text_encoder=text_encoder(64)), DPMSolverMultistepScheduler(**NOISE)


def small_sd():
    network = unet(
        block_out_channels=(32, 64, 64),
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
    )
    return dict(unet=network, vae=autoencoder(), text_encoder=text_encoder(64)), UniPCMultistepScheduler(**NOISE)


def taesd():
    parts, scheduler = sd1()
    return {**parts, "vae": tiny_autoencoder()}, scheduler


def inpainting():
    parts, scheduler = sd1()
    return {**parts, "unet": unet(in_channels=9)}, scheduler


def sdxl(scheduler=None):
    network = unet(
        block_out_channels=(32, 64, 64),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=2,
        transformer_layers_per_block=[1, 2, 3],
        attention_head_dim=[2, 4, 4],
        use_linear_projection=True,
        cross_attention_dim=64 + 96,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=6 * 8 + 48,
    )
    parts = dict(
        unet=network,
        vae=autoencoder(32, 0.13025, force_upcast=True),
        text_encoder=text_encoder(64, 3),
        text_encoder_2=text_encoder(96, 3, "gelu", projection=48, pad=0),
    )
    return parts, scheduler or EulerDiscreteScheduler(timestep_spacing="leading", steps_offset=1, **NOISE)


def sdxl_turbo():
    return sdxl(EulerAncestralDiscreteScheduler(timestep_spacing="trailing", **NOISE))


FAMILIES = {
    name.__name__: name
    for name in [sd1, sd1_deep, sd2, sd2_v, sd_turbo, lcm, sdxs, tiny_sd, small_sd, taesd, inpainting, sdxl, sdxl_turbo]
}


def pronounce(parts):
    """Make random networks loud enough that a mistake shows in the pixels, and exact in half precision."""
    with torch.no_grad():
        parts["unet"].conv_out.weight *= 3.0
        vae = parts["vae"]
        last = vae.decoder.conv_out if isinstance(vae, AutoencoderKL) else vae.decoder.layers[-1]
        last.weight *= 1.5
        for model in parts.values():
            for parameter in model.parameters():
                parameter.copy_(parameter.half().float())


def tokenizer(pad=None):
    read = CLIPTokenizer.from_pretrained(str(TOKENIZER))
    if pad is not None:
        read.pad_token = pad
    return read


def make(folder, family, seed=0, half=False, scheduler=None):
    """Save a model of a family as diffusers does, and return its folder."""
    folder = Path(folder)
    if folder.exists():
        shutil.rmtree(folder)
    torch.manual_seed(seed)
    parts, named = FAMILIES[family]()
    pronounce(parts)
    if half:
        parts = {name: model.half() for name, model in parts.items()}
    common = dict(scheduler=scheduler or named, tokenizer=tokenizer(), **parts)
    if family.startswith("sdxl"):
        pipeline = StableDiffusionXLImg2ImgPipeline(tokenizer_2=tokenizer("!"), **common)
    else:
        kind = LatentConsistencyModelImg2ImgPipeline if family == "lcm" else StableDiffusionImg2ImgPipeline
        pipeline = kind(safety_checker=None, feature_extractor=None, requires_safety_checker=False, **common)
    pipeline.save_pretrained(folder)
    return folder


def make_control(folder, family, seed=100):
    """Save a control network that fits a family's UNet."""
    folder = Path(folder)
    torch.manual_seed(seed)
    parts = FAMILIES[family]()[0]
    vae = parts["vae"].config
    stages = len(vae.get("block_out_channels") or vae["encoder_block_out_channels"])
    # The picture is halved as often as by the autoencoder.
    widths = (8, 16, 24, 32)[:stages]
    control = ControlNetModel.from_unet(parts["unet"], conditioning_embedding_out_channels=widths)
    with torch.no_grad():
        # Control networks begin at zero; these have been somewhere.
        for parameter in control.parameters():
            if parameter.abs().max() == 0:
                parameter.copy_(torch.randn_like(parameter) * 0.1)
    control.save_pretrained(folder)
    return folder
