"""Small random models as diffusers folders and as checkpoints in the layout of the original code.

    python tests/parity/make_single_files.py              # the fixtures of crates/models/tests, a few channels wide
    python tests/parity/make_single_files.py /tmp/models  # wider, with the diffusers folders and each tensor's digest
    UNDERPAINT_SINGLE_FILES=/tmp/models cargo test -p underpaint-models --test single_file

The names of the original code are written here from diffusers' `scripts/convert_diffusers_to_original_*.py` conventions,
in the direction opposite to the one that `crates/models/src/single_file` goes. A fixture is the checkpoint and a JSON
file: for each component a digest of all names, shapes and values of the diffusers folder, and the keys of its
configuration that can be told from tensors.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

OUT = Path(__file__).parents[1] / "fixtures" / "single_file"
CROSS = "CrossAttn"


def unet(down, up, channels, **settings):
    return UNet2DConditionModel(
        down_block_types=tuple(f"{kind}DownBlock2D" for kind in down),
        up_block_types=tuple(f"{kind}UpBlock2D" for kind in up),
        block_out_channels=channels,
        **settings,
    )


def vae(channels, **settings):
    blocks = len(channels)
    return AutoencoderKL(
        block_out_channels=channels,
        down_block_types=("DownEncoderBlock2D",) * blocks,
        up_block_types=("UpDecoderBlock2D",) * blocks,
        **settings,
    )


def clip(kind, width, layers, activation, projection, heads=1):
    config = CLIPTextConfig(
        vocab_size=100,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        max_position_embeddings=9,
        hidden_act=activation,
        projection_dim=projection,
        bos_token_id=98,
        eos_token_id=99,
        pad_token_id=0,
    )
    return kind(config)


def families(unit):
    """Name, family and components; blocks have small multiples of `unit` channels."""
    torch.manual_seed(11)
    # The original code has 32 groups. Fixtures are narrower than that, and what is told of groups is not compared there.
    groups = min(unit, 32)
    small = dict(layers_per_block=1, norm_num_groups=groups)
    heads = lambda *channels: tuple(max(1, width // 64) for width in channels)
    eight = dict(attention_head_dim=min(unit, 8), **small)
    kl = dict(latent_channels=4, **small)
    yield "sd1", "sd1", {
        "unet": unet((CROSS, ""), ("", CROSS), (unit, 2 * unit), cross_attention_dim=24, **eight),
        "vae": vae((unit, unit), **kl),
        "text_encoder": clip(CLIPTextModel, 24, 2, "quick_gelu", 24),
    }
    yield "sd1_inpaint_uneven", "sd1", {
        "unet": unet(
            ("", CROSS, CROSS), (CROSS, CROSS, ""), (unit, unit, 2 * unit), cross_attention_dim=24, in_channels=9,
            mid_block_type=None, **{**eight, "layers_per_block": 2},
        ),
        "vae": vae((unit, 2 * unit, 2 * unit), **{**kl, "layers_per_block": 2}),
        "text_encoder": clip(CLIPTextModel, 24, 3, "quick_gelu", 24),
    }
    yield "lcm", "sd1", {
        "unet": unet(
            (CROSS, ""), ("", CROSS), (unit, unit), cross_attention_dim=24, time_cond_proj_dim=16, **eight
        ),
        "vae": vae((unit, unit), **kl),
        "text_encoder": clip(CLIPTextModel, 24, 1, "quick_gelu", 24),
    }
    yield "sd2", "sd2", {
        "unet": unet(
            (CROSS, ""), ("", CROSS), (2 * unit, 4 * unit), cross_attention_dim=24,
            attention_head_dim=heads(2 * unit, 4 * unit), use_linear_projection=True, **small,
        ),
        "vae": vae((unit, unit), **kl),
        "text_encoder": clip(CLIPTextModel, 24, 2, "gelu", 24),
    }
    yield "sdxl", "sdxl", {
        "unet": unet(
            ("", CROSS, CROSS), (CROSS, CROSS, ""), (unit, 2 * unit, 4 * unit), cross_attention_dim=48,
            attention_head_dim=heads(unit, 2 * unit, 4 * unit), use_linear_projection=True,
            transformer_layers_per_block=(1, 2, 3), addition_embed_type="text_time", addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=20 + 48, **small,
        ),
        "vae": vae((unit, 2 * unit), scaling_factor=0.13025, **kl),
        "text_encoder": clip(CLIPTextModel, 16, 2, "quick_gelu", 16),
        "text_encoder_2": clip(CLIPTextModelWithProjection, 32, 2, "gelu", 20),
    }


def unet_places(config):
    """Prefixes of diffusers and of the original code, in pairs."""
    blocks, layers = len(config["block_out_channels"]), config["layers_per_block"]
    places = {}
    number = 1
    for block in range(blocks):
        for layer in range(layers):
            places[f"down_blocks.{block}.resnets.{layer}."] = f"input_blocks.{number}.0."
            places[f"down_blocks.{block}.attentions.{layer}."] = f"input_blocks.{number}.1."
            number += 1
        if block + 1 < blocks:
            places[f"down_blocks.{block}.downsamplers.0.conv."] = f"input_blocks.{number}.0.op."
            number += 1
    number = 0
    for block in range(blocks):
        attends = config["up_block_types"][block].startswith(CROSS)
        for layer in range(layers + 1):
            places[f"up_blocks.{block}.resnets.{layer}."] = f"output_blocks.{number}.0."
            places[f"up_blocks.{block}.attentions.{layer}."] = f"output_blocks.{number}.1."
            number += 1
        places[f"up_blocks.{block}.upsamplers.0."] = f"output_blocks.{number - 1}.{2 if attends else 1}."
    places["mid_block.resnets.0."] = "middle_block.0."
    places["mid_block.attentions.0."] = "middle_block.1."
    places["mid_block.resnets.1."] = "middle_block.2."
    return places


RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
PLAIN = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "time_embedding.cond_proj": "time_embed.cond_proj",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
}


def original_unet(model):
    places = unet_places(model.config)
    result = {}
    for name, value in model.state_dict().items():
        stem, kind = name.rsplit(".", 1)
        if stem in PLAIN:
            result[f"model.diffusion_model.{PLAIN[stem]}.{kind}"] = value
            continue
        place = next(place for place in places if name.startswith(place))
        rest = name.removeprefix(place)
        if ".resnets." in place:
            layer, kind = rest.split(".", 1)
            rest = f"{RESNET[layer]}.{kind}"
        result[f"model.diffusion_model.{places[place]}{rest}"] = value
    return result


def original_vae(model):
    blocks = len(model.config["block_out_channels"])
    attention = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}
    result = {}
    for name, value in model.state_dict().items():
        if ".attentions.0." in name:
            place, rest = name.split(".mid_block.attentions.0.")
            layer, kind = rest.rsplit(".", 1)
            name = f"{place}.mid.attn_1.{attention[layer]}.{kind}"
            if kind == "weight" and layer != "group_norm":
                value = value[:, :, None, None].clone()
        name = name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
        for layer in range(2):
            name = name.replace(f"mid_block.resnets.{layer}.", f"mid.block_{layer + 1}.")
        for block in range(blocks):
            up = blocks - 1 - block
            name = name.replace(f"encoder.down_blocks.{block}.resnets.", f"encoder.down.{block}.block.")
            name = name.replace(f"encoder.down_blocks.{block}.downsamplers.0.", f"encoder.down.{block}.downsample.")
            name = name.replace(f"decoder.up_blocks.{block}.resnets.", f"decoder.up.{up}.block.")
            name = name.replace(f"decoder.up_blocks.{block}.upsamplers.0.", f"decoder.up.{up}.upsample.")
        result[f"first_stage_model.{name}"] = value
    return result


def text_names(model):
    """Tensors of a text encoder with `text_model.` before the names, as published files have them."""
    plain = model.state_dict().items()
    named = lambda name: name if name.startswith(("text_model.", "text_projection.")) else f"text_model.{name}"
    return {named(name): value for name, value in plain if not name.endswith("position_ids")}


def original_clip(model, prefix):
    return {prefix + name: value for name, value in text_names(model).items()}


def original_open_clip(model, prefix):
    layer_names = {
        "layer_norm1": "ln_1",
        "layer_norm2": "ln_2",
        "mlp.fc1": "mlp.c_fc",
        "mlp.fc2": "mlp.c_proj",
        "self_attn.out_proj": "attn.out_proj",
    }
    result, joined = {}, {}
    for name, value in text_names(model).items():
        name = name.removeprefix("text_model.")
        if name == "text_projection.weight":
            result["text_projection"] = value.T.contiguous()
        elif name == "embeddings.position_embedding.weight":
            result["positional_embedding"] = value
        elif name == "embeddings.token_embedding.weight":
            result["token_embedding.weight"] = value
        elif name.startswith("final_layer_norm."):
            result[name.replace("final_layer_norm", "ln_final")] = value
        else:
            _, _, idx, rest = name.split(".", 3)
            layer, kind = rest.rsplit(".", 1)
            if layer in layer_names:
                result[f"transformer.resblocks.{idx}.{layer_names[layer]}.{kind}"] = value
            else:
                joined.setdefault(f"transformer.resblocks.{idx}.attn.in_proj_{kind}", {})[layer[-6]] = value
    for name, parts in joined.items():
        result[name] = torch.cat([parts["q"], parts["k"], parts["v"]])
    result["logit_scale"] = torch.tensor(4.6)
    return {prefix + name: value for name, value in result.items()}


def original(family, parts):
    tensors = {**original_unet(parts["unet"]), **original_vae(parts["vae"])}
    if family == "sd1":
        tensors |= original_clip(parts["text_encoder"], "cond_stage_model.transformer.")
        tensors["cond_stage_model.transformer.text_model.embeddings.position_ids"] = torch.arange(9)[None]
        # What training leaves behind.
        tensors["alphas_cumprod"] = torch.linspace(1, 0, 10)
        tensors["model_ema.decay"] = torch.tensor(0.99)
        tensors["model_ema.diffusion_modeltime_embed0weight"] = torch.full((2, 2), 7.0)
    elif family == "sd2":
        tensors |= original_open_clip(parts["text_encoder"], "cond_stage_model.model.")
        # The original has one layer more, which nobody reads, and a projection.
        last = "cond_stage_model.model.transformer.resblocks."
        for name in [name for name in tensors if name.startswith(f"{last}1.")]:
            tensors[name.replace(f"{last}1.", f"{last}23.")] = torch.full_like(tensors[name], 9.0)
        tensors["cond_stage_model.model.text_projection"] = torch.eye(24)
        tensors["global_step"] = torch.tensor(875000.0)
    else:
        tensors |= original_clip(parts["text_encoder"], "conditioner.embedders.0.transformer.")
        tensors |= original_open_clip(parts["text_encoder_2"], "conditioner.embedders.1.model.")
    return {name: value.contiguous() for name, value in tensors.items()}


def digest(value):
    return hashlib.sha256(value.detach().float().contiguous().numpy().tobytes()).hexdigest()


def summary(state, whole):
    """Names, shapes and values: each by itself, and all in one digest."""
    tensors = {name: [list(value.shape), digest(value)] for name, value in sorted(state.items())}
    text = "".join(f"{name} {shape} {values}\n" for name, (shape, values) in tensors.items())
    result = {"count": len(tensors), "digest": hashlib.sha256(text.encode()).hexdigest()}
    return {**result, "tensors": tensors} if whole else result


def config_of(name, part, whole):
    if name.startswith("text_encoder"):
        keys = [
            "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
            "max_position_embeddings", "hidden_act", "layer_norm_eps",
        ]
        return {key: getattr(part.config, key) for key in keys}
    keys = {
        "unet": [
            "in_channels", "out_channels", "down_block_types", "up_block_types", "block_out_channels",
            "layers_per_block", "cross_attention_dim", "transformer_layers_per_block", "use_linear_projection",
            "time_cond_proj_dim", "addition_embed_type", "addition_time_embed_dim",
            "projection_class_embeddings_input_dim", "mid_block_type", "norm_num_groups", "attention_head_dim",
        ],
        "vae": [
            "in_channels", "out_channels", "down_block_types", "up_block_types", "block_out_channels",
            "layers_per_block", "latent_channels", "norm_num_groups", "scaling_factor",
        ],
    }[name]
    if not whole:
        keys = [key for key in keys if key not in ("norm_num_groups", "attention_head_dim")]
    return {key: part.config[key] for key in keys}


def taesd(folder, whole):
    torch.manual_seed(3)
    model = AutoencoderTiny(
        encoder_block_out_channels=(8, 8, 8), decoder_block_out_channels=(8, 8, 8), num_encoder_blocks=(1, 2, 1),
        num_decoder_blocks=(2, 1, 1),
    )
    halves = {"encoder": {}, "decoder": {}}
    for name, value in model.state_dict().items():
        half, _, layer, rest = name.split(".", 3)
        halves[half][f"{int(layer) + (half == 'decoder')}.{rest}"] = value.half()
    for half, tensors in halves.items():
        save_file(tensors, folder / f"taesd_{half}.safetensors")
    keys = [
        "in_channels", "out_channels", "latent_channels", "encoder_block_out_channels", "decoder_block_out_channels",
        "num_encoder_blocks", "num_decoder_blocks", "scaling_factor",
    ]
    expected = {
        **summary({name: value.half() for name, value in model.state_dict().items()}, whole),
        "config": {key: model.config[key] for key in keys},
    }
    (folder / "taesd.json").write_text(json.dumps(expected, indent=1) + "\n")


def main():
    whole = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    out = whole or OUT
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name, family, parts in families(32 if whole else 4):
        # Half precision halves the fixtures; the folders keep the same values in full precision.
        for part in parts.values():
            part.half()
        tensors = original(family, parts)
        metadata = {"modelspec.prediction_type": "v"} if name == "sd1_inpaint_uneven" else None
        save_file(tensors, out / f"{name}.safetensors", metadata)
        expected = {}
        for part_name, part in parts.items():
            state = text_names(part) if part_name.startswith("text") else part.state_dict()
            expected[part_name] = {
                **summary(state, whole),
                "config": config_of(part_name, part, whole),
            }
            if whole:
                part.float().save_pretrained(out / name / part_name)
        (out / f"{name}.json").write_text(json.dumps(expected, indent=1) + "\n")
    taesd(out, whole)


if __name__ == "__main__":
    main()
