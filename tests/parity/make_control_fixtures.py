"""Writes control networks and adapters, alone and together with a UNet, to tests/fixtures/diffusion.

Run from anywhere, with torch, diffusers, transformers and safetensors installed:

    python tests/parity/make_control_fixtures.py

A folder's `config.json` holds one configuration for each part, as diffusers saves it; the tensors of a part are below
its name. Every fixture has a seed of its own, so that one can be added without changing the others.
"""

import torch
from diffusers import ControlNetModel, T2IAdapter, UNet2DConditionModel
from make_model_fixtures import config_of, randomise, write

SHARED = dict(norm_num_groups=4, cross_attention_dim=12)


def joined(parts):
    configs = {name: config_of(part) for name, part in parts.items()}
    weights = {f"{name}.{key}": value for name, part in parts.items() for key, value in part.state_dict().items()}
    return configs, weights


def control(name, seed, sizes, scale, numbers=None, control_only=None, unet_only=None, pictures=2, **config):
    """A UNet and a control network of one shape, the latter's residuals and what the former makes of them."""
    torch.manual_seed(seed)
    unet = randomise(UNet2DConditionModel(**SHARED, **config, **(unet_only or {})))
    shared = {key: value for key, value in config.items() if key != "up_block_types"}
    net = randomise(ControlNetModel(**SHARED, **shared, **(control_only or {})))
    factor = 2 ** (len(net.config.conditioning_embedding_out_channels) - 1)
    cases = {}
    for idx, (height, width, tokens) in enumerate(sizes):
        sample = torch.randn(2, 4, height, width)
        timesteps = torch.tensor([741])
        hidden = torch.randn(2, tokens, 12)
        picture = torch.rand(pictures, net.config.conditioning_channels, height * factor, width * factor)
        case = {"sample": sample, "timesteps": timesteps.float(), "hidden": hidden, "picture": picture}
        added = None
        if numbers is not None:
            text_width = config["projection_class_embeddings_input_dim"] - numbers * config["addition_time_embed_dim"]
            added = {
                "text_embeds": torch.randn(2, text_width),
                "time_ids": torch.tensor([[768.0, 512, 0, 16, 1024, 1000], [1024, 960, 32, 0, 512, 512]]),
            }
            case.update(added)
        down, mid = net(
            sample, timesteps, hidden, controlnet_cond=picture.expand(2, -1, -1, -1), conditioning_scale=scale,
            added_cond_kwargs=added, return_dict=False,
        )
        case.update({f"down{place}": residual for place, residual in enumerate(down)}, mid=mid)
        case["scale"] = torch.tensor([scale])
        case["output"] = unet(
            sample, timesteps, hidden, added_cond_kwargs=added, down_block_additional_residuals=down,
            mid_block_additional_residual=mid,
        ).sample
        cases[f"case{idx}"] = case
    write(name, *joined({"unet": unet, "control": net}), cases)


def controls():
    control(
        "control_sd1",
        11,
        [(6, 4, 5), (5, 7, 3)],
        0.7,
        block_out_channels=(8, 12, 16),
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        attention_head_dim=2,
        control_only=dict(conditioning_embedding_out_channels=(4, 6, 8, 10)),
    )
    control(
        "control_sdxl",
        12,
        [(5, 4, 4)],
        1.3,
        numbers=6,
        pictures=1,
        block_out_channels=(8, 8, 12),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        transformer_layers_per_block=(1, 2, 3),
        attention_head_dim=(1, 2, 4),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=6,
        projection_class_embeddings_input_dim=46,
        control_only=dict(conditioning_embedding_out_channels=(4, 6, 8), controlnet_conditioning_channel_order="bgr"),
    )
    # The UNet has no middle block, the control network (as always) has one
    control(
        "control_no_mid",
        13,
        [(6, 5, 4)],
        0.5,
        block_out_channels=(8, 12),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        attention_head_dim=(2, 3),
        unet_only=dict(mid_block_type=None),
        control_only=dict(
            conditioning_embedding_out_channels=(4, 6), conditioning_channels=1, mid_block_type="UNetMidBlock2D"
        ),
    )


def adapter(name, seed, sizes, scale, adapter_config, **config):
    """A UNet and an adapter, the latter's features and what the former makes of them."""
    torch.manual_seed(seed)
    unet = randomise(UNet2DConditionModel(**SHARED, **config))
    part = randomise(T2IAdapter(**adapter_config))
    cases = {}
    for idx, (height, width, tokens) in enumerate(sizes):
        factor = 2 if adapter_config["adapter_type"] == "full_adapter_xl" else 1
        pixels = part.config.downscale_factor // factor
        sample = torch.randn(2, 4, height, width)
        timesteps = torch.tensor([741])
        hidden = torch.randn(2, tokens, 12)
        picture = torch.rand(1, part.config.in_channels, height * pixels, width * pixels)
        features = [feature * scale for feature in part(picture)]
        case = {
            "sample": sample, "timesteps": timesteps.float(), "hidden": hidden, "picture": picture,
            "scale": torch.tensor([scale]),
        }
        case.update({f"feature{place}": feature for place, feature in enumerate(features)})
        doubled = [torch.cat([feature] * 2) for feature in features]
        case["output"] = unet(sample, timesteps, hidden, down_intrablock_additional_residuals=doubled).sample
        cases[f"case{idx}"] = case
    write(name, *joined({"unet": unet, "adapter": part}), cases)


def adapters():
    sd1 = dict(
        block_out_channels=(8, 12, 16),
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=1,
        attention_head_dim=2,
    )
    full = dict(adapter_type="full_adapter", channels=(8, 12, 16), num_res_blocks=2, in_channels=1, downscale_factor=4)
    adapter("adapter_full", 21, [(6, 8, 5), (5, 7, 3)], 0.8, full, **sd1)
    light = dict(adapter_type="light_adapter", channels=(8, 12), num_res_blocks=3, in_channels=3, downscale_factor=4)
    light_unet = dict(
        sd1,
        block_out_channels=(8, 12, 12),
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D",) * 3,
    )
    adapter("adapter_light", 22, [(5, 6, 5)], 1.0, light, **light_unet)
    xl = dict(
        adapter_type="full_adapter_xl", channels=(8, 12, 16, 16), num_res_blocks=1, in_channels=3, downscale_factor=4
    )
    # Plain first: there the feature is added after the halving, and to the skip as well; the last one is the middle's
    xl_unet = dict(
        sd1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(1, 2, 4),
    )
    adapter("adapter_xl", 23, [(8, 12, 4), (10, 6, 3)], 0.6, xl, **xl_unet)


def main():
    torch.set_num_threads(1)
    with torch.no_grad():
        controls()
        adapters()


if __name__ == "__main__":
    main()
