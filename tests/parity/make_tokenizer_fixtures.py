"""A small vocabulary in CLIP's format and what transformers' CLIPTokenizer makes of some prompts, and what it makes of
500 prompts with CLIP's own vocabulary.

    python tests/parity/make_tokenizer_fixtures.py

For crates/diffusion/tests/parity/tokenizer.rs. The small vocabulary is learnt from the sentences below by the training's
tokenizer, so that the files are those that a starter model ships. CLIP's own is unpacked from
crates/models/data/clip_merges.bin; its prompts are in tokenizer_prompts.py.
"""

import json
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tokenizer_prompts import prompts as prompts_of_every_kind
from transformers import CLIPTokenizer

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "training"))
from underpaint_training import tokenizer as training_tokenizer  # noqa: E402

OUT = ROOT / "tests" / "fixtures" / "tokenizer"
SENTENCES = [
    "a sunny meadow under a blue sky, oil painting",
    "a quiet lake at sunset with mountains, watercolour",
    "the lighthouse stands on a cliff above the stormy sea, gouache",
    "rolling hills in autumn, a red house beside the path, pastel",
    "a snowy forest at night under the full moon, ink wash",
    "it's a misty morning, we've sailed into the harbour, don't wake them",
]
PROMPTS = [
    "",
    " ",
    "a sunny meadow under a blue sky, oil painting",
    "A SUNNY Meadow,\tunder   a\nblue sky",
    "it's they're we've i'd I'LL don't 'quoted'",
    "12 boats, 3.5 miles; (very) [odd] {marks} #!?",
    "wow!!! ... --- ___ <|unknown|>",
    "hello! ! !",
    "crème brûlée, naïve façade, Ærøskøbing, İstanbul",
    "cafe\u0301 and caf\u00e9",
    "山と湖、夕焼け",
    "Привет мир, Ελλάδα, עברית",
    "🌄🏔️ sunrise 👩‍🎨",
    "a\u00a0non\u2003breaking\u200bspace\u3000",
    "\u0000\u0007\ufeff\ufffd control",
    "word" * 60,
    "a lake, " * 40,
    "<|startoftext|>a lake<|endoftext|> after",
    "x" * 400,
    "ﬁne ½ ² Ⅷ ǅ",
    "a \U0001f9d9\u200d\u2642\ufe0f wizard \U000e0067",
]


def random_prompts(count):
    """Words of every length and script, so that no way through the merges is left out."""
    draw = random.Random(5)
    letters = "aaabcdeehilmnoorstuwy" * 6 + "'-.,!?0123456789" + "éßñøжшλπ山水海😀½"
    for _ in range(count):
        words = ["".join(draw.choices(letters, k=draw.choice([1, 1, 2, 3, 4, 7, 12]))) for _ in range(draw.randint(1, 14))]
        yield draw.choice([" ", "  ", ", "]).join(words)


def clips_own():
    """CLIP's vocabulary and merges as text, from the packed pairs."""
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [chr(256 + idx) for idx in range(256 - len(visible))]
    tokens = [*map(chr, visible), *hidden]
    tokens += [token + "</w>" for token in tokens]
    packed = (ROOT / "crates" / "models" / "data" / "clip_merges.bin").read_bytes()
    n = len(packed) // 4
    merges = []
    for idx in range(n):
        left, right = (packed[run * n + idx] + 256 * packed[(run + 1) * n + idx] for run in (0, 2))
        merges.append(f"{tokens[left]} {tokens[right]}")
        tokens.append(tokens[left] + tokens[right])
    return [*tokens, "<|startoftext|>", "<|endoftext|>"], merges


def real_prompts():
    """Ids without padding, as Stable Diffusion 1 and 2 ship their tokenizers; the second only where it differs."""
    tokens, merges = clips_own()
    entry = {"lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
    start, end = ({"content": f"<|{name}oftext|>", **entry} for name in ("start", "end"))
    tokenizers = []
    for pad in ("<|endoftext|>", "!"):
        with tempfile.TemporaryDirectory() as folder:
            special = {"bos_token": start, "eos_token": end, "unk_token": end, "pad_token": pad}
            marked = {key: {"__type": "AddedToken", **value} if isinstance(value, dict) else value for key, value in special.items()}
            Path(folder, "vocab.json").write_text(json.dumps({token: idx for idx, token in enumerate(tokens)}))
            Path(folder, "merges.txt").write_text("\n".join(["#version: 0.2", *merges, ""]))
            Path(folder, "special_tokens_map.json").write_text(json.dumps(special))
            Path(folder, "tokenizer_config.json").write_text(json.dumps({**marked, "model_max_length": 77}))
            tokenizers.append(CLIPTokenizer.from_pretrained(folder))
    cases = []
    for prompt in prompts_of_every_kind():
        plain, bang = (tokenizer(prompt, truncation=True, max_length=77).input_ids for tokenizer in tokenizers)
        cases.append({"prompt": prompt, "ids": plain, **({"ids_filled_with_bang": bang} if bang != plain else {})})
    lines = ",\n".join(json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in cases)
    (OUT / "prompts.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(cases)} prompts with CLIP's own vocabulary")


def main():
    if OUT.exists():
        shutil.rmtree(OUT)
    vocab, merges = training_tokenizer.learn(SENTENCES, 514 + 90)
    training_tokenizer.write(OUT, vocab, merges)
    plain = CLIPTokenizer.from_pretrained(str(OUT))
    # Stable Diffusion 2 fills with "!", which thereby becomes a special token.
    bang = CLIPTokenizer.from_pretrained(str(OUT), pad_token="!")

    def ids(tokenizer, prompt):
        return tokenizer(prompt, padding="max_length", max_length=tokenizer.model_max_length, truncation=True).input_ids

    cases = [
        {"prompt": prompt, "ids": ids(plain, prompt), "ids_filled_with_bang": ids(bang, prompt)} for prompt in [*PROMPTS, *random_prompts(60)]
    ]
    lines = ",\n".join(json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in cases)
    (OUT / "expected.json").write_text(f"[\n{lines}\n]\n")
    real_prompts()
    size = sum(file.stat().st_size for file in OUT.iterdir())
    print(f"{len(cases)} prompts, {size} bytes")


if __name__ == "__main__":
    main()
