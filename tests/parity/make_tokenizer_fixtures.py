"""A small vocabulary in CLIP's format and what transformers' CLIPTokenizer makes of some prompts.

    python tests/parity/make_tokenizer_fixtures.py

For crates/diffusion/tests/parity/tokenizer.rs. The vocabulary is learnt from the sentences below by the training's
tokenizer, so that the files are those that a starter model ships.
"""

import json
import random
import shutil
import sys
from pathlib import Path

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
    size = sum(file.stat().st_size for file in OUT.iterdir())
    print(f"{len(cases)} prompts, {size} bytes")


if __name__ == "__main__":
    main()
