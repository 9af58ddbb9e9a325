"""Writes UNets in the shapes of the families to tests/fixtures/diffusion, beside those of make_model_fixtures.py.

Run from anywhere, with torch, diffusers, transformers and safetensors installed:

    python tests/parity/make_family_fixtures.py

Every fixture has a seed of its own, so that one can be added without changing the others.
"""

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from make_model_fixtures import config_of, randomise, write


def unet(name, seed, sizes, batch=2, numbers=None, **config):
    torch.manual_seed(seed)
    config = dict(norm_num_groups=4, cross_attention_dim=12, **config)
    model = randomise(UNet2DConditionModel(**config))
    cases = {}
    for idx, (height, width, tokens) in enumerate(sizes):
        sample = torch.randn(batch, model.config.in_channels, height, width)
        timesteps = torch.tensor([741, 12][:batch])
        hidden = torch.randn(batch, tokens, 12)
        case = {"sample": sample, "timesteps": timesteps.float(), "hidden": hidden}
        added = None
        if numbers is not None:
            width = config["projection_class_embeddings_input_dim"] - numbers * config["addition_time_embed_dim"]
            added = {
                "text_embeds": torch.randn(batch, width),
                "time_ids": torch.tensor([[768.0, 512, 0, 16, 1024, 1000], [1024, 960, 32, 0, 512, 512]])[:batch, :numbers],
            }
            case.update(added)
        case["output"] = model(sample, timesteps, hidden, added_cond_kwargs=added).sample
        cases[f"case{idx}"] = case
    write(name, config_of(model), model.state_dict(), cases)


def unets():
    unet(
        "unet_sdxl",
        1,
        [(8, 12, 5), (9, 7, 4)],
        numbers=6,
        block_out_channels=(8, 12, 16),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 2, 3),
        attention_head_dim=(1, 2, 4),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=6,
        projection_class_embeddings_input_dim=46,
    )
    unet(
        "unet_refiner",
        2,
        [(8, 8, 5), (6, 10, 4)],
        numbers=5,
        block_out_channels=(8, 8, 16, 16),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        transformer_layers_per_block=2,
        attention_head_dim=(2, 2, 4, 4),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=4,
        projection_class_embeddings_input_dim=30,
    )
    unet(
        "unet_bk_sdm",
        3,
        [(7, 9, 6)],
        block_out_channels=(8, 12, 16),
        down_block_types=("CrossAttnDownBlock2D",) * 3,
        mid_block_type=None,
        up_block_types=("CrossAttnUpBlock2D",) * 3,
        layers_per_block=1,
        attention_head_dim=4,
    )
    # As segmind's SSD-1B: fewer transformer layers, and not the same ones on the way up
    unet(
        "unet_asymmetric",
        4,
        [(6, 9, 3)],
        numbers=6,
        block_out_channels=(8, 8, 12),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        mid_block_type="UNetMidBlock2D",
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=[0, [2, 0], [1, 2]],
        reverse_transformer_layers_per_block=[[2, 1, 3], [1, 0, 1], 1],
        attention_head_dim=(1, 2, 3),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=6,
        projection_class_embeddings_input_dim=46,
    )
    unet(
        "unet_inpainting",
        5,
        [(8, 6, 4), (5, 7, 4)],
        in_channels=9,
        center_input_sample=True,
        block_out_channels=(8, 16),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=1,
        downsample_padding=0,
        only_cross_attention=(True, False),
        attention_head_dim=2,
        upcast_attention=True,
        norm_eps=1e-6,
        dropout=0.3,
    )
    # As DeepFloyd IF: the blocks are told of the text as a whole, and the time scales as well as shifts
    unet(
        "unet_pooled_text",
        7,
        [(8, 6, 4), (5, 7, 9)],
        block_out_channels=(8, 16),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=1,
        attention_head_dim=2,
        addition_embed_type="text",
        addition_embed_type_num_heads=3,
    )
    unet(
        "unet_scale_shift",
        8,
        [(6, 8, 4)],
        block_out_channels=(8, 16),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=1,
        attention_head_dim=2,
        addition_embed_type="text",
        addition_embed_type_num_heads=4,
        resnet_time_scale_shift="scale_shift",
        mid_block_scale_factor=1.3,
    )


def autoencoders():
    torch.manual_seed(6)
    model = randomise(
        AutoencoderKL(
            block_out_channels=(8, 12),
            down_block_types=("DownEncoderBlock2D", "AttnDownEncoderBlock2D"),
            up_block_types=("AttnUpDecoderBlock2D", "UpDecoderBlock2D"),
            layers_per_block=1,
            norm_num_groups=4,
            force_upcast=False,
            use_post_quant_conv=False,
        )
    )
    image, latents = torch.rand(2, 3, 10, 14) * 2 - 1, torch.randn(2, 4, 5, 7)
    posterior = model.encode(image).latent_dist
    case = {
        "image": image,
        "mean": posterior.mean,
        "logvar": posterior.logvar,
        "noise": latents,
        "sample": posterior.mean + posterior.std * latents,
        "decoded": model.decode(latents).sample,
    }
    write("vae_kl_attention", config_of(model), model.state_dict(), {"case0": case})


def main():
    torch.set_num_threads(1)
    with torch.no_grad():
        unets()
        autoencoders()


if __name__ == "__main__":
    main()
