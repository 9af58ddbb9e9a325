"""Writes tests/fixtures/diffusion: small random models, inputs, and what PyTorch computes from them.

Run from anywhere, with torch, diffusers, transformers and safetensors installed:

    python tests/parity/make_model_fixtures.py

Every folder holds `config.json` and `weights.safetensors` as diffusers or transformers saves them, and
`cases.safetensors` with tensors named `<case>.<input or output>`. The Rust side is crates/diffusion/tests/parity.
"""

import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
from diffusers.models.downsampling import Downsample2D
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.upsampling import Upsample2D
from diffusers.pipelines.latent_consistency_models import LatentConsistencyModelPipeline
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

ROOT = Path(__file__).resolve().parents[1] / "fixtures" / "diffusion"


def randomise(model):
    """Norms start as ones and zeros, under which a swapped scale and shift would go unnoticed."""
    with torch.no_grad():
        for parameter in model.parameters():
            if bool((parameter == parameter.flatten()[0]).all()):
                parameter.add_(torch.randn_like(parameter) * 0.3)
            else:
                parameter.mul_(1.5)
    return model.eval()


def config_of(model):
    """The configuration as `save_pretrained` writes it."""
    return json.loads(model.to_json_string())


def write(name, config, weights, cases):
    folder = ROOT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    save_file({key: value.contiguous() for key, value in weights.items()}, folder / "weights.safetensors")
    tensors = {f"{case}.{key}": value for case, values in cases.items() for key, value in values.items()}
    save_file({key: value.detach().clone().contiguous() for key, value in tensors.items()}, folder / "cases.safetensors")
    print(f"{name}: {sum(value.numel() for value in weights.values())} parameters")


def unet(name, sizes, guidance=None, batch=2, **config):
    model = randomise(UNet2DConditionModel(**config))
    context = config["cross_attention_dim"]
    cases = {}
    for idx, (height, width, tokens) in enumerate(sizes):
        sample = torch.randn(batch, model.config.in_channels, height, width)
        timesteps = torch.tensor([981, 17][:batch])
        hidden = torch.randn(batch, tokens, context)
        case = {"sample": sample, "timesteps": timesteps.float(), "hidden": hidden}
        condition = None
        if guidance is not None:
            scale = torch.tensor([guidance - 1.0]).repeat(batch)
            condition = LatentConsistencyModelPipeline.get_guidance_scale_embedding(
                None, scale, embedding_dim=config["time_cond_proj_dim"]
            )
            case["guidance"] = torch.tensor([guidance])
            case["unguided"] = model(sample, timesteps, hidden).sample
        case["output"] = model(sample, timesteps, hidden, timestep_cond=condition).sample
        cases[f"case{idx}"] = case
    write(name, config_of(model), model.state_dict(), cases)


def unets():
    unet(
        "unet_sd1",
        # 8 is a multiple of the three halvings, 10 and 6 are not: the up blocks must take the sizes of the skips
        [(8, 8, 7), (10, 6, 3)],
        block_out_channels=(8, 16, 16, 24),
        cross_attention_dim=12,
        attention_head_dim=2,
        norm_num_groups=4,
    )
    unet(
        "unet_sd2",
        [(8, 12, 5), (7, 5, 5)],
        block_out_channels=(8, 16, 24),
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=16,
        attention_head_dim=(1, 2, 3),
        use_linear_projection=True,
        upcast_attention=True,
        norm_num_groups=8,
    )
    unet(
        "unet_no_mid",
        [(8, 4, 6), (6, 10, 6)],
        block_out_channels=(8, 16, 24),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        mid_block_type=None,
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        cross_attention_dim=12,
        attention_head_dim=8,
        norm_num_groups=4,
    )
    unet(
        "unet_lcm",
        [(6, 4, 4)],
        guidance=8.0,
        block_out_channels=(8, 16),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=1,
        cross_attention_dim=12,
        attention_head_dim=2,
        norm_num_groups=4,
        time_cond_proj_dim=10,
    )
    unet(
        "unet_unusual",
        # 16 and 24 channels over 3 and 5 heads: the attention is narrower than the image
        [(9, 6, 4)],
        in_channels=5,
        out_channels=3,
        block_out_channels=(16, 24),
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=(1, 2),
        transformer_layers_per_block=(1, 2),
        cross_attention_dim=12,
        attention_head_dim=(3, 5),
        norm_num_groups=8,
        norm_eps=1e-4,
        flip_sin_to_cos=False,
        freq_shift=1,
        mid_block_scale_factor=1.4,
        conv_in_kernel=5,
        conv_out_kernel=1,
        time_embedding_dim=20,
    )


def clip(name, config, with_prefix):
    model = randomise(CLIPTextModel(CLIPTextConfig(**config)))
    end, pad = config["eos_token_id"], config["pad_token_id"]
    length = config["max_position_embeddings"]

    def padded(ids):
        return ids + [end] + [pad] * (length - len(ids) - 1)

    rows = torch.tensor([padded([1, 7, 9, 3]), padded([1, 30, 2, 2, 11, 5, 8])])
    short = torch.tensor([[1, 12, end]])
    cases = {
        "padded": {"ids": rows.int(), "output": model(rows).last_hidden_state},
        "short": {"ids": short.int(), "output": model(short).last_hidden_state},
    }
    weights = {}
    for key, value in model.state_dict().items():
        bare = key.removeprefix("text_model.")
        weights[f"text_model.{bare}" if with_prefix else bare] = value
    write(name, model.config.to_dict(), weights, cases)


def clips():
    shared = dict(vocab_size=40, max_position_embeddings=12, num_hidden_layers=2, bos_token_id=1, eos_token_id=38)
    clip(
        "clip_quick_gelu",
        dict(shared, hidden_size=24, intermediate_size=48, num_attention_heads=3, hidden_act="quick_gelu", pad_token_id=38),
        True,
    )
    clip(
        "clip_gelu",
        dict(shared, hidden_size=16, intermediate_size=40, num_attention_heads=2, hidden_act="gelu", pad_token_id=0),
        False,
    )


def autoencoders():
    for name, sizes, config in [
        (
            "vae_kl",
            [(16, 24), (12, 8)],
            dict(block_out_channels=(8, 16, 16), layers_per_block=1, norm_num_groups=4, scaling_factor=0.18215),
        ),
        (
            "vae_kl_plain",
            [(8, 12)],
            dict(
                block_out_channels=(8, 12),
                layers_per_block=2,
                norm_num_groups=4,
                latent_channels=6,
                scaling_factor=0.36,
                shift_factor=0.11,
                use_quant_conv=False,
                use_post_quant_conv=False,
                mid_block_add_attention=False,
            ),
        ),
    ]:
        count = len(config["block_out_channels"])
        model = randomise(
            AutoencoderKL(
                down_block_types=("DownEncoderBlock2D",) * count, up_block_types=("UpDecoderBlock2D",) * count, **config
            )
        )
        cases = {}
        for idx, (height, width) in enumerate(sizes):
            image = torch.rand(2, 3, height, width) * 2 - 1
            posterior = model.encode(image).latent_dist
            latents = torch.randn_like(posterior.mean)
            cases[f"case{idx}"] = {
                "image": image,
                "mean": posterior.mean,
                "logvar": posterior.logvar,
                "noise": latents,
                "sample": posterior.mean + posterior.std * latents,
                "decoded": model.decode(latents).sample,
            }
        write(name, config_of(model), model.state_dict(), cases)

    model = randomise(
        AutoencoderTiny(
            encoder_block_out_channels=(12, 12, 12),
            decoder_block_out_channels=(10, 10, 10),
            num_encoder_blocks=(1, 2, 1),
            num_decoder_blocks=(2, 1, 1),
        )
    )
    cases = {}
    for idx, (height, width) in enumerate([(16, 24), (8, 4)]):
        image = torch.rand(2, 3, height, width) * 2 - 1
        latents = torch.randn(2, 4, height // 4, width // 4) * 3
        encoded = model.encode(image).latents
        cases[f"case{idx}"] = {
            "image": image, "latents": latents, "encoded": encoded, "decoded": model.decode(latents).sample
        }
    write("vae_tiny", config_of(model), model.state_dict(), cases)


def layers():
    """The parts that stand alone, each under its own prefix."""
    parts = {
        "resnet": ResnetBlock2D(in_channels=12, out_channels=8, temb_channels=10, groups=4, eps=1e-5, output_scale_factor=1.5),
        "down": Downsample2D(6, use_conv=True, padding=1),
        "down_right": Downsample2D(6, use_conv=True, padding=0),
        "up": Upsample2D(6, use_conv=True),
        "group_norm": torch.nn.GroupNorm(3, 12, eps=1e-6),
    }
    weights, cases = {}, {}
    for name, part in parts.items():
        randomise(part)
        # Standing alone, diffusers' Downsample2D names its convolution twice
        state = {key: value for key, value in part.state_dict().items() if "Conv2d_0" not in key}
        weights.update({f"{name}.{key}": value for key, value in state.items()})
    image, time = torch.randn(2, 12, 5, 7), torch.randn(2, 10)
    cases["resnet"] = {"input": image, "time": torch.nn.functional.silu(time), "output": parts["resnet"](image, time)}
    small = torch.randn(2, 6, 7, 9)
    cases["down"] = {"input": small, "output": parts["down"](small)}
    cases["down_right"] = {"input": small, "output": parts["down_right"](small)}
    cases["up"] = {"input": small, "output": parts["up"](small), "odd": parts["up"](small, output_size=(13, 17))}
    # Far from zero, where a variance computed as a difference of squares loses its digits
    offset = image * 0.1 + 30
    cases["group_norm"] = {"input": offset, "output": parts["group_norm"](offset)}
    write("layers", {}, weights, cases)


def main():
    torch.manual_seed(20)
    torch.set_num_threads(1)
    with torch.no_grad():
        layers()
        unets()
        clips()
        autoencoders()


if __name__ == "__main__":
    main()
