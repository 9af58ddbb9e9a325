"""Trains the evaluation's judge on a dataset of its own and writes `judge.pt` (float16, < 2 MB).

    python training/eval/judge.py --data <dataset of another seed than the training's> --minutes 55
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch  # noqa: E402

from underpaint_training import data, features  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    home = Path.home() / ".cache" / "underpaint" / "training"
    parser.add_argument("--data", type=Path, default=home / "judge-9000")
    parser.add_argument("--minutes", type=float, default=55.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--state", type=Path, default=home / "judge-state.pt", help="checkpoint with optimiser")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("judge.pt"))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    scenes = data.ensure(options.data, 9000, 500002, 256, options.threads, 0.3)
    judge = features.train(scenes, options.state, options.minutes, features.JUDGING, 202,
                           fold=features.JUDGE_FOLD)
    features.save_small(judge, options.out)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
