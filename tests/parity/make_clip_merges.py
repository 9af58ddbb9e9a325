"""Packs CLIP's merges (OpenAI CLIP, MIT) as `crates/models/data/clip_merges.bin`: pairs of token ids, byte by byte.

    pip download --no-deps open_clip_torch==3.3.0
    python tests/parity/make_clip_merges.py open_clip_torch-3.3.0-py3-none-any.whl

Token ids need two bytes. The file has four runs of 48894 bytes each: the low bytes of the left ids, their high bytes, the
low bytes of the right ids, their high bytes; in this order the site's compression makes the least of them.
"""

import gzip
import sys
import zipfile
from pathlib import Path

MERGES = 48894
TARGET = Path(__file__).parents[2] / "crates" / "models" / "data" / "clip_merges.bin"


def byte_symbols():
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in visible]
    return [chr(byte) for byte in visible] + [chr(256 + place) for place in range(len(rest))]


def main():
    wheel = zipfile.ZipFile(sys.argv[1])
    lines = gzip.decompress(wheel.read("open_clip/bpe_simple_vocab_16e6.txt.gz")).decode().split("\n")
    merges = [tuple(line.split()) for line in lines[1 : 1 + MERGES]]
    symbols = byte_symbols()
    ids = {token: idx for idx, token in enumerate(symbols + [symbol + "</w>" for symbol in symbols])}
    pairs = []
    for left, right in merges:
        pairs.append((ids[left], ids[right]))
        assert left + right not in ids
        ids[left + right] = len(ids)
    runs = [[left for left, _ in pairs], [right for _, right in pairs]]
    packed = b"".join(bytes(idx >> shift & 255 for idx in run) for run in runs for shift in (0, 8))
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(packed)


if __name__ == "__main__":
    main()
