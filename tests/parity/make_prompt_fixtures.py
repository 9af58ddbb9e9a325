"""Writes tests/fixtures/prompt: small text encoders and what diffusers, or the rules of weighted prompts, make of prompts.

    python tests/parity/make_prompt_fixtures.py [--lpw lpw_stable_diffusion.py]

Plain prompts are encoded by the `encode_prompt` of diffusers' pipelines. Weighted ones are encoded here by the rules that
crates/diffusion/src/prompt/mod.rs lists, on transformers' models; with `--lpw`, the result is held against diffusers'
community pipeline of that name where both must agree. The tokenizer is that of make_tokenizer_fixtures.py. The Rust side
is crates/diffusion/tests/parity/prompt.rs.
"""

import argparse
import importlib.util
import json
import shutil
import warnings
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
TOKENIZER = FIXTURES / "tokenizer"
ROOT = FIXTURES / "prompt"
START, END, CAPACITY, REACH = 602, 603, 75, 20
LONG = "a quiet lake, " * 9 + "mountains under the moon " * 6 + ", red house, " + "stormy sea " * 20
PLAIN = [
    ("a sunny meadow under a blue sky, oil painting", None, 0),
    ("(a lake:1.3) [at] sunset!", "", 1),
    (LONG, "people, !blurry", 2),
    ("", "A  Snowy FOREST", 0),
]
WEIGHTED = [
    ("a sunny meadow under a blue sky, oil painting", "", 0),
    ("a (((house:1.3)) [on] a (hill:0.5), sun, (((sky)))!", "(people:1.4), [trees]", 1),
    (LONG, "a (lake", 0),
    ("lake", LONG + " (moon:0.7) " + LONG, 0),
    ("red BREAK (blue sky:1.2) BREAK\n\\(sea\\) \\x \\\\ a: b) c] [[(path", None, 0),
    ("x " * 60 + ", (y " * 20 + ", z", "grey", 1),
]
LEARNT_PLAIN = [("a lantern by the Lake <glow> and LANTERN", "glow <GLOW> lanterns", 0)]
LEARNT_WEIGHTED = [("a (lantern:1.5) by the Lake <Glow> LANTERN", "glow lanterns", 0), ("sky " * 74 + "lantern, moon", "", 0)]


def randomise(model):
    """Norms start as ones and zeros, under which a swapped scale and shift would go unnoticed."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "embedding" in name:
                parameter.copy_(torch.randn_like(parameter))
            elif bool((parameter == parameter.flatten()[0]).all()):
                parameter.add_(torch.randn_like(parameter) * 0.3)
            else:
                parameter.copy_(torch.randn_like(parameter) * parameter.shape[-1] ** -0.5)
            parameter.copy_(parameter.half().float())
    return model.eval()


def encoder(kind, **settings):
    shared = dict(vocab_size=604, max_position_embeddings=77, bos_token_id=START, eos_token_id=END, pad_token_id=END)
    model = randomise(kind(CLIPTextConfig(**{**shared, **settings})))
    if kind is CLIPTextModel:
        # diffusers 0.42 looks for the final norm where transformers 4 had it
        model.__dict__["text_model"] = model
    return model


def tokenizer(pad):
    return CLIPTokenizer.from_pretrained(str(TOKENIZER), pad_token=pad)


def parse(prompt):
    """Parts (text, weight); None for BREAK. A character at a time, with the factors of the open brackets on stacks."""
    parts, opened = [], {"(": [], "[": []}

    def multiply(since, factor):
        for part in parts[since:]:
            if part is not None:
                part[1] *= factor

    at = 0
    while at < len(prompt):
        c = prompt[at]
        if c == "\\":
            escaped = prompt[at + 1 : at + 2]
            known = escaped != "" and escaped in "()[]\\"
            parts.append([escaped if known else "", 1.0])
            at += 2 if known else 1
        elif c in "([":
            opened[c].append(len(parts))
            at += 1
        elif c == ")" and opened["("]:
            multiply(opened["("].pop(), 1.1)
            at += 1
        elif c == "]" and opened["["]:
            multiply(opened["["].pop(), 1 / 1.1)
            at += 1
        else:
            close = prompt.find(")", at)
            number = prompt[at + 1 : close].strip() if c == ":" and close > at else ""
            if number and set(number) <= set("+-.0123456789") and opened["("]:
                multiply(opened["("].pop(), float(number))
                at = close + 1
                continue
            end = at + 1
            while c not in "\\:)]" and end < len(prompt) and prompt[end] not in "\\()[]:":
                end += 1
            words = prompt[at:end].split("BREAK")
            for idx, text in enumerate(words):
                if idx:
                    parts.append(None)
                text = text.rstrip() if idx + 1 < len(words) else text
                parts.append([text.lstrip() if idx else text, 1.0])
            at = end
    for since in opened["("]:
        multiply(since, 1.1)
    for since in opened["["]:
        multiply(since, 1 / 1.1)
    joined = []
    for part in parts:
        if joined and part and joined[-1] and joined[-1][1] == part[1]:
            joined[-1][0] += part[0]
        else:
            joined.append(part)
    return joined


def chunks(tokenizer, prompt, learnt):
    """Lists of (id, weight), at most 75 in each."""
    comma = tokenizer(",").input_ids[1]
    spelt = sorted(((tokenizer(word).input_ids[1:-1], ids) for word, ids in learnt.items()), key=lambda s: -len(s[0]))
    done, current = [], []
    for part in parse(prompt):
        if part is None:
            done.append(current)
            current = []
            continue
        ids = tokenizer(part[0]).input_ids[1:-1]
        while ids:
            found = next((s for s in spelt if ids[: len(s[0])] == s[0]), None)
            group, used = (found[1], len(found[0])) if found else ([ids[0]], 1)
            if len(current) == CAPACITY:
                commas = [idx for idx, (token, _) in enumerate(current) if token == comma]
                moved = []
                if ids[0] != comma and commas and CAPACITY - commas[-1] <= REACH:
                    current, moved = current[: commas[-1] + 1], current[commas[-1] + 1 :]
                done.append(current)
                current = moved
            if len(current) + len(group) > CAPACITY:
                done.append(current)
                current = []
            current = current + [(token, part[1]) for token in group]
            ids = ids[used:]
    if current or not done:
        done.append(current)
    return done


def weighted_side(model, tokenizer, plain_tokenizer, prompt, count, skip, is_xl, learnt):
    """Hidden states and projected summary of one encoder, or the number of chunks where `count` is None."""
    parts = chunks(plain_tokenizer, prompt, learnt)
    if count is None:
        return len(parts)
    hidden, pooled = [], None
    for part in parts + [[]] * (count - len(parts)):
        ids = [START, *(token for token, _ in part), END]
        end = len(ids) - 1
        weights = torch.tensor([1.0, *(weight for _, weight in part)] + [1.0] * (76 - len(part)))
        ids = torch.tensor([ids + [tokenizer.pad_token_id] * (77 - len(ids))])
        result = model(ids, output_hidden_states=True)
        states = result.hidden_states[-(skip + (2 if is_xl else 1))]
        states = states if is_xl else model.final_layer_norm(states)
        before = states.mean()
        states = states * weights[None, :, None]
        hidden.append(states * (before / states.mean()))
        if pooled is None and hasattr(model, "text_projection"):
            pooled = model.text_projection(result.last_hidden_state[:, end])
    return torch.cat(hidden, dim=1), pooled


def weighted(encoders, prompt, negative, skip, learnt=None):
    is_xl = len(encoders) > 1
    learnt = learnt or [{} for _ in encoders]
    sides = [prompt] if is_xl and not negative else [prompt, negative or ""]
    count = max(weighted_side(*e, side, None, skip, is_xl, l) for side in sides for e, l in zip(encoders, learnt))
    case = {}
    for name, side in zip(["positive", "negative"], sides):
        found = [weighted_side(*e, side, count, skip, is_xl, l) for e, l in zip(encoders, learnt)]
        case[name] = torch.cat([hidden for hidden, _ in found], dim=-1)
        if found[-1][1] is not None:
            case[name + "_pooled"] = found[-1][1]
    if len(sides) == 1:
        case.update({"negative": torch.zeros_like(case["positive"]), "negative_pooled": torch.zeros_like(case["positive_pooled"])})
    return case


def plain(pipeline, prompt, negative, skip):
    options = dict(device="cpu", num_images_per_prompt=1, do_classifier_free_guidance=True, negative_prompt=negative)
    if isinstance(pipeline, StableDiffusionXLPipeline):
        found = pipeline.encode_prompt(prompt, clip_skip=skip or None, **options)
        return dict(zip(["positive", "negative", "positive_pooled", "negative_pooled"], found))
    return dict(zip(["positive", "negative"], pipeline.encode_prompt(prompt, clip_skip=skip or None, **options)))


def write(name, index, encoders, cases, vectors, rename=None):
    folder = ROOT / name
    entries = {"_class_name": index}
    for suffix, model in zip(["", "_2"], encoders):
        part = folder / f"text_encoder{suffix}"
        part.mkdir(parents=True)
        (part / "config.json").write_text(json.dumps(json.loads(model.config.to_json_string()), indent=1, sort_keys=True) + "\n")
        state = {(rename or "") + key: value.half().contiguous() for key, value in model.state_dict().items()}
        save_file(state, part / "model.safetensors")
        entries[f"text_encoder{suffix}"] = ["transformers", type(model).__name__]
        entries[f"tokenizer{suffix}"] = ["transformers", "CLIPTokenizer"]
    (folder / "model_index.json").write_text(json.dumps(entries, indent=1) + "\n")
    tensors, requests = dict(vectors), []
    for idx, (request, case) in enumerate(cases):
        requests.append(request)
        tensors.update({f"{idx}.{key}": value.detach().clone().contiguous() for key, value in case.items()})
    save_file(tensors, folder / "cases.safetensors")
    (folder / "cases.json").write_text("[\n" + ",\n".join(json.dumps(request) for request in requests) + "\n]\n")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"{name}: {len(cases)} cases, {size} bytes")


def request(reading, case, learnt=False):
    return {"reading": reading, "prompt": case[0], "negative": case[1], "clip_skip": case[2], "learnt": learnt}


def family(name, pipeline, encoders, lpw=None, rename=None):
    """`encoders`: model, its tokenizer, and a tokenizer that learns no words."""
    cases = [(request("plain", case), plain(pipeline, *case)) for case in PLAIN]
    for case in WEIGHTED:
        found = weighted(encoders, *case)
        cases.append((request("weighted", case), found))
        if lpw is not None and found["positive"].shape[1] == 77 and "BREAK" not in case[0]:
            theirs = lpw.get_weighted_text_embeddings(pipeline, case[0], case[1] or "", clip_skip=case[2])
            for key, value in zip(["positive", "negative"], theirs):
                error = float((value - found[key]).abs().max())
                assert error < 1e-5, (case, key, error)
                print(f"   lpw agrees within {error:.1e} on the {key} side of {case[0][:30]!r}")
    # Loading words changes the models' tables, so what is written comes before
    state = [{key: value.clone() for key, value in model.state_dict().items()} for model, *_ in encoders]
    vectors, learnt = {}, []
    for idx, (model, own, _) in enumerate(encoders):
        ids = {}
        for word, count in [("lantern", 3), ("<glow>", 1)]:
            vector = torch.randn(count, model.config.hidden_size).half().float()
            vectors[f"words.{word}.{idx}"] = vector
            pipeline.load_textual_inversion(vector, token=word, text_encoder=model, tokenizer=own)
            first = own.convert_tokens_to_ids(word)
            ids[word] = list(range(first, first + count))
        learnt.append(ids)
    cases += [(request("plain", case, True), plain(pipeline, *case)) for case in LEARNT_PLAIN]
    cases += [(request("weighted", case, True), weighted(encoders, *case, learnt)) for case in LEARNT_WEIGHTED]
    for (model, *_), values in zip(encoders, state):
        model.resize_token_embeddings(604)
        model.load_state_dict(values)
    write(name, type(pipeline).__name__, [model for model, *_ in encoders], cases, vectors, rename)


def projected():
    """A text encoder with a projection on its own: everything that it computes, for both rules of the summary."""
    for name, end in [("clip_projected", 37), ("clip_legacy", 2)]:
        sizes = dict(vocab_size=40, max_position_embeddings=12, hidden_size=12, intermediate_size=20, num_hidden_layers=2)
        heads = dict(num_attention_heads=3, projection_dim=5, hidden_act="gelu", bos_token_id=1, pad_token_id=0)
        model = randomise(CLIPTextModelWithProjection(CLIPTextConfig(**sizes, **heads, eos_token_id=end)))
        ids = torch.randint(3, 37, (3, 9))
        ids[0, 4], ids[0, 6], ids[1, 8] = 37, 37, 37
        found = model(ids, output_hidden_states=True)
        case = {f"hidden{idx}": value for idx, value in enumerate(found.hidden_states)}
        case.update(ids=ids.int(), last=found.last_hidden_state, projected=found.text_embeds)
        folder = ROOT / name
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps(json.loads(model.config.to_json_string()), indent=1, sort_keys=True) + "\n")
        save_file({key: value.contiguous() for key, value in model.state_dict().items()}, folder / "weights.safetensors")
        save_file({f"case.{key}": value.contiguous() for key, value in case.items()}, folder / "cases.safetensors")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--lpw", type=Path, help="examples/community/lpw_stable_diffusion.py of diffusers")
    options = options.parse_args()
    lpw = None
    if options.lpw:
        spec = importlib.util.spec_from_file_location("lpw", options.lpw)
        lpw = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(lpw)
    warnings.filterwarnings("ignore")
    torch.manual_seed(21)
    torch.set_num_threads(1)
    shutil.rmtree(ROOT, ignore_errors=True)
    nothing = dict(vae=None, unet=None, scheduler=None, feature_extractor=None)
    alone = dict(nothing, safety_checker=None, requires_safety_checker=False)
    end, bang = "<|endoftext|>", "!"
    with torch.no_grad():
        projected()
        one = encoder(CLIPTextModel, hidden_size=8, intermediate_size=20, num_hidden_layers=3, num_attention_heads=2)
        own = tokenizer(end)
        family("sd1", StableDiffusionPipeline(text_encoder=one, tokenizer=own, **alone), [(one, own, tokenizer(end))], lpw)

        two = dict(hidden_size=6, intermediate_size=16, num_hidden_layers=3, num_attention_heads=3, hidden_act="gelu")
        masked = encoder(CLIPTextModel, **two, use_attention_mask=True)
        own = tokenizer(bang)
        # Old files name every tensor below text_model
        family("sd2", StableDiffusionPipeline(text_encoder=masked, tokenizer=own, **alone), [(masked, own, tokenizer(bang))], None, "text_model.")

        first = encoder(CLIPTextModel, hidden_size=4, intermediate_size=20, num_hidden_layers=4, num_attention_heads=1)
        second = encoder(CLIPTextModelWithProjection, **two, projection_dim=6, eos_token_id=2)
        own, other = tokenizer(end), tokenizer(bang)
        pipeline = StableDiffusionXLPipeline(
            text_encoder=first, tokenizer=own, text_encoder_2=second, tokenizer_2=other, **nothing
        )
        family("xl", pipeline, [(first, own, tokenizer(end)), (second, other, tokenizer(bang))])


if __name__ == "__main__":
    main()
