"""References for the transforms and masks of crates/paint: numpy and scipy, independent of the Rust code.

    python tests/parity/make_paint_fixtures.py

writes small PNGs to tests/fixtures/paint/reference/. crates/paint/tests/reference.rs compares with them.
"""

import pathlib

import numpy as np
from PIL import Image
from scipy import ndimage

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "paint" / "reference"
WIDTH, HEIGHT = 64, 48


def source() -> np.ndarray:
    """A soft random picture with alpha, 8 bits, straight alpha."""
    rng = np.random.default_rng(7)
    picture = ndimage.gaussian_filter(rng.random((HEIGHT, WIDTH, 4)), (2, 2, 0))
    picture = (picture - picture.min((0, 1))) / (np.ptp(picture, (0, 1)))
    picture[..., 3] = 0.4 + 0.6 * picture[..., 3]
    return np.round(picture * 255).astype(np.uint8)


def catmull_rom(x: np.ndarray) -> np.ndarray:
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0))


def sampled(picture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Premultiplied Catmull-Rom at places in pixels, whose middles lie at halves; edges are repeated."""
    values = picture.astype(float) / 255
    values[..., :3] *= values[..., 3:]
    left, top = np.floor(x - 0.5).astype(int), np.floor(y - 0.5).astype(int)
    total = np.zeros(x.shape + (4,))
    for dy in range(-1, 3):
        for dx in range(-1, 3):
            weight = catmull_rom(x - 0.5 - (left + dx)) * catmull_rom(y - 0.5 - (top + dy))
            row, column = np.clip(top + dy, 0, HEIGHT - 1), np.clip(left + dx, 0, WIDTH - 1)
            total += weight[..., None] * values[row, column]
    alpha = np.clip(total[..., 3:], 0, 1)
    colour = np.clip(total[..., :3], 0, alpha)
    return np.concatenate([colour / np.maximum(alpha, 1e-9), alpha], -1)


def transform(name: str, picture: np.ndarray, matrix: np.ndarray) -> None:
    """The picture under a 3 x 3 matrix on a canvas of 128 x 112; only pixels that lie wholly inside are kept."""
    inverse = np.linalg.inv(matrix)
    y, x = np.mgrid[0:112, 0:128] + 0.5

    def back(x, y):
        places = np.stack([x, y, np.ones_like(x)], -1) @ inverse.T
        return places[..., 0] / places[..., 2], places[..., 1] / places[..., 2]

    inside = np.ones(x.shape, bool)
    for dx in (-0.5, 0.5):
        for dy in (-0.5, 0.5):
            corner_x, corner_y = back(x + dx, y + dy)
            inside &= (corner_x >= 0) & (corner_x <= WIDTH) & (corner_y >= 0) & (corner_y <= HEIGHT)
    target = sampled(picture, *back(x, y))
    target[~inside] = 0
    Image.fromarray(np.round(target * 255).astype(np.uint8), "RGBA").save(FOLDER / f"{name}.png", optimize=True)


def perspective(quad: list) -> np.ndarray:
    """The matrix that carries the picture's corners to a quadrilateral, by eight linear equations."""
    rows, right = [], []
    for (x, y), (to_x, to_y) in zip([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], quad):
        rows += [[x, y, 1, 0, 0, 0, -to_x * x, -to_x * y], [0, 0, 0, x, y, 1, -to_y * x, -to_y * y]]
        right += [to_x, to_y]
    return np.append(np.linalg.solve(np.array(rows, float), np.array(right, float)), 1).reshape(3, 3)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture = source()
    Image.fromarray(picture, "RGBA").save(FOLDER / "source.png", optimize=True)
    angle = np.radians(23)
    turn = np.array([[np.cos(angle), -np.sin(angle), 40], [np.sin(angle), np.cos(angle), 12], [0, 0, 1]])
    transform("turned", picture, turn)
    transform("enlarged", picture, np.array([[1.7, 0, 5.25], [0, 2.1, 3.5], [0, 0, 1]]))
    transform("perspective", picture, perspective([(9, 6), (120, 20), (110, 105), (14, 98)]))

    shape = np.zeros((80, 96))
    shape[20:60, 24:50] = 255
    y, x = np.mgrid[0:80, 0:96] + 0.5
    shape[np.hypot(x - 60, y - 40) < 18] = 255
    shape[:, :3] = 255
    Image.fromarray(shape.astype(np.uint8), "L").save(FOLDER / "mask.png", optimize=True)
    soft = ndimage.gaussian_filter(shape, 6 / 2, mode="nearest", truncate=6)
    Image.fromarray(np.round(soft).astype(np.uint8), "L").save(FOLDER / "mask-feathered-6.png", optimize=True)
    away = ndimage.distance_transform_edt(shape < 128)
    grown = np.clip(5 - away + 1, 0, 1) * 255
    Image.fromarray(np.round(grown).astype(np.uint8), "L").save(FOLDER / "mask-grown-5.png", optimize=True)


main()
