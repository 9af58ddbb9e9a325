"""Writes a small upscaler, pictures and what PyTorch makes of them to tests/fixtures/diffusion/upscaler.

Run from anywhere, with torch and safetensors installed:

    python tests/parity/make_upscaler_fixture.py
"""

import sys
from pathlib import Path

import torch
from make_model_fixtures import randomise, write

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))
from underpaint_training.upscaler import SubPixelUpscaler  # noqa: E402

if __name__ == "__main__":
    torch.manual_seed(71)
    network = randomise(SubPixelUpscaler(channels=6, hidden_layers=2))
    cases = {}
    for idx, (batch, height, width) in enumerate([(1, 8, 14), (2, 6, 4)]):
        picture = torch.rand(batch, 3, height, width) * 2 - 1
        cases[f"case{idx}"] = {"picture": picture, "output": network(picture)}
    write("upscaler", network.config, network.state_dict(), cases)
