"""Writes tests/fixtures/lora: small random models, LoRAs for them in all namings, and what diffusers makes of them.

Run from anywhere, with torch, diffusers, transformers, peft and safetensors installed:

    python tests/parity/make_lora_fixtures.py

`unet` and `text` hold a model each, `sdxl` a UNet whose LoRA uses the block names of the original; `cases.safetensors` has
inputs and outputs by the LoRA's file. The Rust side is crates/diffusion/tests/parity/lora.rs.
"""

import copy
import json
import shutil
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from diffusers.loaders import StableDiffusionLoraLoaderMixin, StableDiffusionXLLoraLoaderMixin
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

ROOT = Path(__file__).resolve().parents[1] / "fixtures" / "lora"
RANK = 3
UNET_TARGETS = ["to_q", "to_k", "to_v", "to_out.0", "proj_in", "proj_out", "ff.net.0.proj", "ff.net.2", "conv1", "conv_shortcut"]
UNET_TARGETS += ["time_emb_proj", "downsamplers.0.conv", "upsamplers.0.conv", "conv_in", "time_embedding.linear_1"]
ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]
TEXT_TARGETS = ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]


def contiguous(tensors):
    return {key: value.detach().clone().contiguous() for key, value in tensors.items()}


def adapter(model, targets, alpha=RANK, rank=RANK):
    """Random matrices for the targets, as PEFT makes and names them, and the model that has them."""
    wrapped = get_peft_model(copy.deepcopy(model), LoraConfig(r=rank, lora_alpha=alpha, target_modules=targets))
    matrices = {}
    with torch.no_grad():
        for name, parameter in wrapped.named_parameters():
            if ".lora_" in name:
                parameter.copy_(torch.randn_like(parameter) * 0.15)
                matrices[name.removeprefix("base_model.model.").replace(".default", "")] = parameter.detach().clone()
    return wrapped.eval(), matrices


def kohya(matrices, prefix, alpha):
    out = {}
    for name, value in matrices.items():
        module, part = name.split(".lora_")
        flat = prefix + module.replace(".", "_")
        out[f"{flat}.lora_{'down' if part.startswith('A') else 'up'}.weight"] = value
        out[f"{flat}.alpha"] = torch.tensor(alpha)
    return out


def diffusers_2023(matrices):
    """`unet.….lora.down.weight`."""
    return {
        "unet." + name.replace("lora_A", "lora.down").replace("lora_B", "lora.up"): value for name, value in matrices.items()
    }


def attention_processors(matrices):
    """`unet.….processor.to_q_lora.down.weight`."""
    out = {}
    for name, value in matrices.items():
        module, part = name.split(".lora_")
        before, last = module.removesuffix(".0").rsplit(".", 1)
        out[f"unet.{before}.processor.{last}_lora.{'down' if part.startswith('A') else 'up'}.weight"] = value
    return out


def original_name(name):
    """Diffusers' name of a module of the `sdxl` UNet below in the original's blocks, for its two blocks of two layers."""
    parts = name.split(".")
    inner = ".".join(parts[4:])
    inner = {"conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "conv_shortcut": "skip_connection"}.get(inner, inner)
    if name == "conv_in":
        return "input_blocks.0.0"
    if name == "add_embedding.linear_1":
        return "label_emb.0.0"
    if parts[0] == "mid_block":
        inner = ".".join(parts[3:]).replace("conv1", "in_layers.2").replace("time_emb_proj", "emb_layers.1")
        return f"middle_block.{1 if parts[1] == 'attentions' else 2 * int(parts[2])}.{inner}"
    block, kind, layer = int(parts[1]), parts[2], int(parts[3])
    if parts[0] == "down_blocks":
        if kind == "downsamplers":
            return f"input_blocks.{3 * block + 3}.0.op"
        return f"input_blocks.{3 * block + 1 + layer}.{int(kind == 'attentions')}.{inner}"
    if kind == "upsamplers":
        return f"output_blocks.{3 * block + 2}.2.{inner}"
    return f"output_blocks.{3 * block + layer}.{int(kind == 'attentions')}.{inner}"


def in_diffusers(model, files, weights, mixin=StableDiffusionLoraLoaderMixin, text=False):
    """The model with the LoRA files as diffusers loads them."""
    model = copy.deepcopy(model)
    names = []
    for idx, tensors in enumerate(files):
        names.append(f"adapter{idx}")
        extra = {} if text else {"unet_config": model.config}
        state, alphas = mixin.lora_state_dict(dict(tensors), **extra)[:2]
        if text:
            mixin.load_lora_into_text_encoder(state, alphas, model, prefix="text_encoder", adapter_name=names[-1])
        else:
            mixin.load_lora_into_unet(state, alphas, model, adapter_name=names[-1])
    from diffusers.utils import set_weights_and_activate_adapters

    set_weights_and_activate_adapters(model, names, weights)
    return model.eval()


def write(folder, model, loras, cases):
    folder = ROOT / folder
    folder.mkdir(parents=True)
    config = model.to_json_string() if hasattr(model, "to_json_string") else json.dumps(model.config.to_dict())
    (folder / "config.json").write_text(json.dumps(json.loads(config), indent=1, sort_keys=True) + "\n")
    save_file(contiguous(model.state_dict()), folder / "weights.safetensors")
    for name, tensors in loras.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        save_file(contiguous(tensors), folder / name / "lora.safetensors")
    save_file(contiguous(cases), folder / "cases.safetensors")
    print(folder.name, sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) // 1024, "KB")


def unet_case():
    model = UNet2DConditionModel(
        block_out_channels=(8, 16),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=1,
        cross_attention_dim=12,
        attention_head_dim=2,
        norm_num_groups=4,
    ).eval()
    inputs = {"sample": torch.randn(2, 4, 6, 10), "timesteps": torch.tensor([321.0, 4.0]), "hidden": torch.randn(2, 5, 12)}
    run = lambda model: model(inputs["sample"], inputs["timesteps"], inputs["hidden"]).sample
    _, all_matrices = adapter(model, UNET_TARGETS)
    _, attention = adapter(model, ATTENTION, rank=2)
    wrapped, wrapped_matrices = adapter(model, ["to_q", "to_out.0", "conv1"], alpha=7)
    loras = {
        "diffusers": {"unet." + name: value for name, value in all_matrices.items()},
        "diffusers_2023": diffusers_2023(attention),
        "attention_processors": attention_processors(attention),
        "kohya": kohya(all_matrices, "lora_unet_", 1.5),
        "peft": {"base_model.model." + name.replace(".weight", ".default.weight"): value for name, value in wrapped_matrices.items()},
    }
    cases = dict(inputs)
    cases["none"] = run(model)
    for name in ["diffusers", "diffusers_2023", "attention_processors", "kohya"]:
        cases[name] = run(in_diffusers(model, [loras[name]], [0.8]))
        assert not torch.allclose(cases[name], cases["none"], atol=1e-3)
    cases["two"] = run(in_diffusers(model, [loras["kohya"], loras["diffusers_2023"]], [0.6, -0.9]))
    for layer in wrapped.modules():
        if hasattr(layer, "scaling") and "default" in layer.scaling:
            layer.scaling["default"] *= 0.8
    cases["peft"] = run(wrapped)
    write("unet", model, loras, cases)
    settings = {"peft_type": "LORA", "r": RANK, "lora_alpha": 7, "use_rslora": False}
    (ROOT / "unet" / "peft" / "adapter_config.json").write_text(json.dumps(settings) + "\n")


def sdxl_case():
    model = UNet2DConditionModel(
        block_out_channels=(8, 16),
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        layers_per_block=2,
        transformer_layers_per_block=(1, 2),
        cross_attention_dim=12,
        attention_head_dim=2,
        norm_num_groups=4,
        use_linear_projection=True,
    ).eval()
    inputs = {"sample": torch.randn(1, 4, 6, 8), "timesteps": torch.tensor([77.0]), "hidden": torch.randn(1, 5, 12)}
    run = lambda model: model(inputs["sample"], inputs["timesteps"], inputs["hidden"]).sample
    _, matrices = adapter(model, ["to_q", "to_out.0", "proj_in", "ff.net.2", "downsamplers.0.conv", "resnets.0.conv1"], rank=2)
    renamed = {}
    for name, value in matrices.items():
        module, part = name.split(".lora_")
        renamed[f"{original_name(module)}.lora_{part}"] = value
    file = kohya(renamed, "lora_unet_", 1.0)
    # diffusers writes upsamplers and downsamplers of this layout as we do, so that its own reading is the measure.
    output = run(in_diffusers(model, [file], [1.1], mixin=StableDiffusionXLLoraLoaderMixin))
    straight = run(in_diffusers(model, [kohya(matrices, "lora_unet_", 1.0)], [1.1]))
    assert torch.allclose(output, straight, atol=1e-5)
    write("sdxl", model, {"kohya": file}, {**inputs, "kohya": output})


def text_case():
    config = CLIPTextConfig(
        vocab_size=40,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=9,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )
    model = CLIPTextModel(config).eval()
    ids = torch.randint(2, 40, (2, 9), dtype=torch.int32)
    run = lambda model: model(ids).last_hidden_state
    _, matrices = adapter(model, TEXT_TARGETS)
    named = {name if name.startswith("text_model.") else f"text_model.{name}": value for name, value in matrices.items()}
    loras = {
        "kohya": kohya(named, "lora_te_", 2.0),
        "diffusers": {
            "text_encoder." + name.replace("lora_A", "lora_linear_layer.down").replace("lora_B", "lora_linear_layer.up"): value
            for name, value in named.items()
        },
    }
    merged = {}
    for name, scale in [("kohya", 2.0 / RANK), ("diffusers", 1.0)]:
        merged[name] = copy.deepcopy(model)
        modules = dict(merged[name].named_modules())
        with torch.no_grad():
            for key in matrices:
                module, part = key.split(".lora_")
                if part.startswith("A"):
                    delta = matrices[f"{module}.lora_B.weight"] @ matrices[key]
                    modules[module].weight += 0.8 * scale * delta
    cases = {"ids": ids, "none": run(model)}
    for name in loras:
        cases[name] = run(merged[name])
    weights = {name if name.startswith("text_model.") else f"text_model.{name}": value for name, value in model.state_dict().items()}
    write("text", model, loras, cases)
    save_file(contiguous({k: v for k, v in weights.items() if "position_ids" not in k}), ROOT / "text" / "weights.safetensors")


if __name__ == "__main__":
    torch.manual_seed(5)
    if ROOT.exists():
        shutil.rmtree(ROOT)
    with torch.no_grad():
        unet_case()
        sdxl_case()
        text_case()
