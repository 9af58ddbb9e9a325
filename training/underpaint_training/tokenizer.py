"""A small byte-pair tokenizer in CLIP's format, learnt from the captions."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

START, END = "<|startoftext|>", "<|endoftext|>"
LENGTH = 77
SPLIT = r"""<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""


def byte_symbols():
    """CLIP's printable stand-ins for the 256 bytes, in CLIP's order."""
    codes = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    rest = [code for code in range(256) if code not in codes]
    return [chr(code) for code in codes] + [chr(256 + index) for index in range(len(rest))]


def _splitter():
    normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    split = pre_tokenizers.Split(Regex(SPLIT), behavior="removed", invert=True)
    return normalizer, pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False)])


def learn(captions, vocab_size):
    """Byte-pair merges by frequency. Returns (vocabulary, merges): 256 symbols, 256 word-final ones, merges, two marks."""
    normalizer, splitter = _splitter()
    words = Counter()
    for text, times in Counter(captions).items():
        for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text)):
            words[word] += times
    symbols = byte_symbols()
    pieces = {word: (*word[:-1], word[-1] + "</w>") for word in words}
    merges, room = [], vocab_size - 514
    while len(merges) < room:
        pairs = Counter()
        for word, parts in pieces.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += words[word]
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        for word, parts in pieces.items():
            if len(parts) > 1:
                pieces[word] = _join(parts, best)
    tokens = symbols + [symbol + "</w>" for symbol in symbols] + ["".join(pair) for pair in merges] + [START, END]
    vocab = {}
    for token in tokens:  # two merges can spell the same token
        vocab.setdefault(token, len(vocab))
    return vocab, merges


def _join(parts, pair):
    out, index = [], 0
    while index < len(parts):
        if parts[index : index + 2] == pair:
            out.append(pair[0] + pair[1])
            index += 2
        else:
            out.append(parts[index])
            index += 1
    return tuple(out)


def write(folder, vocab, merges):
    """Write the files `transformers.CLIPTokenizer` and the `tokenizers` library load."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges), encoding="utf-8")
    mark = dict(lstrip=False, normalized=False, rstrip=False, single_word=False)
    special = {
        "bos_token": {"content": START, **mark},
        "eos_token": {"content": END, **mark},
        "pad_token": END,
        "unk_token": {"content": END, **mark},
    }
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2))
    added = {str(vocab[name]): {"content": name, "special": True, **mark} for name in (START, END)}
    config = {
        "add_prefix_space": False,
        "added_tokens_decoder": added,
        "bos_token": START,
        "clean_up_tokenization_spaces": True,
        "do_lower_case": True,
        "eos_token": END,
        "errors": "replace",
        "model_max_length": LENGTH,
        "pad_token": END,
        "tokenizer_class": "CLIPTokenizer",
        "unk_token": END,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2))
    fast = Tokenizer(
        models.BPE(
            vocab=vocab,
            merges=merges,
            unk_token=END,
            continuing_subword_prefix="",
            end_of_word_suffix="</w>",
            fuse_unk=False,
        )
    )
    fast.normalizer, fast.pre_tokenizer = _splitter()
    fast.post_processor = processors.RobertaProcessing(
        sep=(END, vocab[END]), cls_token=(START, vocab[START]), trim_offsets=False, add_prefix_space=False
    )
    fast.decoder = decoders.ByteLevel()
    fast.add_special_tokens([START, END])
    fast.save(str(folder / "tokenizer.json"))


def load(folder):
    """The fast tokenizer of a folder, without padding."""
    return Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))


def encode(tokenizer, texts):
    """Token ids (n, 77), cut and filled with the end mark as Stable Diffusion does."""
    end = tokenizer.token_to_id(END)
    rows = np.full((len(texts), LENGTH), end, np.int64)
    for row, found in enumerate(tokenizer.encode_batch(list(texts))):
        ids = found.ids if len(found.ids) <= LENGTH else found.ids[: LENGTH - 1] + [end]
        rows[row, : len(ids)] = ids
    return rows


def known_words(captions):
    """The words that the captions use, sorted."""
    normalizer, splitter = _splitter()
    words = set()
    for text in set(captions):
        words.update(word for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text)) if word.isalpha())
    return sorted(words)
