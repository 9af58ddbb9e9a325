"""The numbers of torch.randn, bit for bit, for crates/diffusion/tests/parity/noise.rs.

    ATEN_CPU_CAPABILITY=avx2 python tests/parity/make_noise_fixtures.py

A case is a seed and a sequence of draws from one generator; values are stored as the bits of their f32.
"""

import json
from pathlib import Path

import numpy as np
import torch

OUT = Path(__file__).parents[1] / "fixtures" / "noise" / "randn.json"
SEQUENCES = [
    (0, [2, 1, 16]),
    (7, [16, 16]),
    (7, [17]),
    (42, [15, 3, 20, 1]),
    (123456789, [31, 5, 33]),
    (2**32 + 5, [24]),
    (2**53 - 1, [40]),
    (1, [700, 8, 12]),
    (2024, [1024]),
    (99, [4 * 16 * 16, 4 * 64 * 64]),
    (5, [4 * 16 * 24 + 3]),
]
# The same in half precision.
HALF_SEQUENCES = [(3, [5, 16, 17]), (8, [40, 100, 4 * 8 * 9]), (2024, [1027, 16])]
KEPT = 64


def main():
    if torch.backends.cpu.get_cpu_capability() != "AVX2":
        raise SystemExit("PyTorch's numbers differ in their last bits without AVX2; run on such a machine")
    found = []
    for is_half, (seed, draws) in [(False, case) for case in SEQUENCES] + [(True, case) for case in HALF_SEQUENCES]:
        generator = torch.Generator("cpu").manual_seed(seed)
        case = {"seed": seed, "is_half": is_half, "draws": []}
        for n in draws:
            values = torch.randn(n, generator=generator, dtype=torch.float16 if is_half else torch.float32).float()
            bits = values.numpy().view(np.uint32).astype(np.uint64)
            # Of long draws the end is kept, where the odd rest is, and a sum that any wrong bit changes.
            weights = np.arange(1, n + 1, dtype=np.uint64)
            case["draws"].append({"n": n, "last": bits[-KEPT:].tolist(), "sum": str(int((bits * weights).sum()))})
        found.append(case)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, separators=(",", ":")).replace('{"seed"', '\n{"seed"') + "\n")
    print(f"{len(found)} sequences, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
