"""Writes tests/fixtures/lines: pictures and the edges that OpenCV finds in them.

Run from anywhere, with numpy and opencv-python-headless installed:

    python tests/parity/make_line_fixtures.py

`<name>_<width>x<height>.rgb` has three bytes a pixel, `.canny` one byte a pixel: `cv2.Canny(picture, 100, 200)`.
"""

import shutil
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[1] / "fixtures" / "lines"


def shapes(width, height):
    """Areas and strokes of several colours, softened here and there."""
    picture = np.full((height, width, 3), 245, np.uint8)
    cv2.rectangle(picture, (0, height * 2 // 3), (width, height), (60, 120, 70), -1)
    cv2.circle(picture, (width // 3, height // 2), height // 4, (200, 60, 40), -1, cv2.LINE_AA)
    cv2.line(picture, (3, 5), (width - 4, height - 9), (20, 20, 30), 2, cv2.LINE_AA)
    cv2.ellipse(picture, (width * 3 // 4, height // 3), (width // 6, height // 5), 30, 0, 360, (30, 60, 200), 3)
    picture[:, width // 2 :] = cv2.GaussianBlur(picture, (5, 5), 1.2)[:, width // 2 :]
    return picture


def noise(width, height):
    """Every direction and strength of gradient."""
    generator = np.random.default_rng(3)
    picture = generator.integers(0, 256, (height, width, 3), np.uint8)
    return cv2.GaussianBlur(picture, (3, 3), 0.7)


def main():
    shutil.rmtree(ROOT, ignore_errors=True)
    ROOT.mkdir(parents=True)
    for name, picture in [
        ("shapes", shapes(97, 61)),
        ("noise", noise(64, 48)),
        ("row", noise(31, 1)),
        ("column", noise(1, 17)),
        ("point", noise(1, 1)),
        ("square", noise(2, 2)),
    ]:
        height, width, _ = picture.shape
        edges = cv2.Canny(picture, 100, 200)
        (ROOT / f"{name}_{width}x{height}.rgb").write_bytes(picture.tobytes())
        (ROOT / f"{name}_{width}x{height}.canny").write_bytes(edges.tobytes())
        print(f"{name}: {(edges > 0).mean():.1%} edges")


if __name__ == "__main__":
    main()
