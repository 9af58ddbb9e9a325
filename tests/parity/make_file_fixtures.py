"""Files that other programs write, small ones, for crates/paint/tests/it/files.rs.

    pip install pyora psd-tools pytoshop six pillow numpy
    python tests/parity/make_file_fixtures.py

Written to tests/fixtures/files: OpenRaster by pyora, Photoshop documents by pytoshop and psd-tools, and beside each the picture
it shows as NAME.png (worked out here in float64 from the same layers, laid on nothing).
"""

import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "files"
WIDTH, HEIGHT = 71, 45


def layer(seed, width, height, colour):
    """A soft blob of a colour with a little structure, straight RGBA in 0..1."""
    y, x = np.mgrid[0:height, 0:width]
    distance = np.hypot((x - width / 2) / (width / 2), (y - height / 2) / (height / 2))
    alpha = np.clip(1.3 - distance, 0, 1)
    rgb = np.stack([np.clip(c + 0.2 * np.sin((x * (seed + 1) + y) / 9), 0, 1) for c in colour], -1)
    return np.dstack([rgb, alpha])


def as_u8(rgba):
    return np.round(rgba * 255).astype(np.uint8)


LAYERS = [
    # name, left, top, opacity, visible, pixels
    ("paper", 0, 0, 1.0, True, np.dstack([layer(0, WIDTH, HEIGHT, (0.8, 0.7, 0.5))[..., :3], np.ones((HEIGHT, WIDTH))])),
    ("água ✎", -9, 7, 0.5, True, layer(1, 50, 30, (0.1, 0.4, 0.9))),
    ("hidden", 3, 3, 1.0, False, layer(2, 20, 20, (1.0, 0.0, 0.0))),
    ("fire", 40, 20, 0.8, True, layer(3, 45, 40, (0.9, 0.3, 0.1))),
]


def composite(layers):
    """Normal blending of straight RGBA."""
    canvas = np.zeros((HEIGHT, WIDTH, 4))
    for _, left, top, opacity, visible, pixels in layers:
        if not visible:
            continue
        placed = np.zeros((HEIGHT, WIDTH, 4))
        height, width = pixels.shape[:2]
        y0, y1, x0, x1 = max(top, 0), min(top + height, HEIGHT), max(left, 0), min(left + width, WIDTH)
        placed[y0:y1, x0:x1] = pixels[y0 - top : y1 - top, x0 - left : x1 - left]
        alpha = placed[..., 3:] * opacity
        canvas[..., :3] = placed[..., :3] * alpha + canvas[..., :3] * (1 - alpha)
        canvas[..., 3:] = alpha + canvas[..., 3:] * (1 - alpha)
    canvas[..., :3] /= np.maximum(canvas[..., 3:], 1e-9)
    return canvas


def save(name, rgba):
    Image.fromarray(as_u8(rgba)).save(FOLDER / f"{name}.png", optimize=True)


def quantised(steps):
    return [(*rest, np.round(pixels * steps) / steps) for *rest, pixels in LAYERS]


def make_ora():
    from pyora import Project

    project = Project.new(WIDTH, HEIGHT)
    group = project.add_group("/grupo")
    for name, left, top, opacity, visible, pixels in LAYERS:
        parent = "/grupo/" if name == "fire" else "/"
        added = project.add_layer(Image.fromarray(as_u8(pixels)), parent + name, offsets=(left, top), opacity=opacity)
        added.visible = visible
    group.z_index = "above"
    project.save(str(FOLDER / "pyora.ora"))
    save("pyora", composite(quantised(255)))


def write_differences(file, image, depth, version):
    numbers = image.astype({8: np.uint8, 16: np.uint16}[depth])
    differences = np.diff(numbers, axis=1, prepend=np.zeros((len(numbers), 1), numbers.dtype))
    file.write(zlib.compress(differences.astype({8: ">u1", 16: ">u2"}[depth]).tobytes()))


def differences(row):
    row[1:] -= row[:-1].copy()


def check_with_psd_tools():
    from psd_tools import PSDImage

    for path in sorted(FOLDER.glob("*_8.psd")) + sorted(FOLDER.glob("*_16.psd")):
        layers = {layer.name: layer for layer in PSDImage.open(path).descendants()}
        if "fire" in layers:
            alpha = layers["fire"].numpy("shape")[..., 0]
            assert np.abs(alpha - LAYERS[3][5][..., 3]).max() < 0.6 / 255, path.name


def make_pytoshop():
    import types

    import pytoshop.codecs
    import pytoshop.user.nested_layers as nested
    from psd_tools.compression.rle import encode
    from pytoshop import enums

    # Its own PackBits is a compiled part that newer Pythons do not build.
    pytoshop.codecs.packbits = types.SimpleNamespace(
        encode=lambda row: encode(bytes(row)), encode_prediction_8bit=differences, encode_prediction_16bit=differences
    )
    # Its prediction is lost in a copy; `check_with_psd_tools` holds this one against another reader.
    pytoshop.codecs.compressors[enums.Compression.zip_prediction] = write_differences

    for name, depth, compression, mode in [
        ("raw_8", 8, enums.Compression.raw, enums.ColorMode.rgb),
        ("packbits_8", 8, enums.Compression.rle, enums.ColorMode.rgb),
        ("zip_8", 8, enums.Compression.zip, enums.ColorMode.rgb),
        ("zip_prediction_8", 8, enums.Compression.zip_prediction, enums.ColorMode.rgb),
        ("zip_prediction_16", 16, enums.Compression.zip_prediction, enums.ColorMode.rgb),
        ("packbits_16", 16, enums.Compression.rle, enums.ColorMode.rgb),
        ("grey_8", 8, enums.Compression.rle, enums.ColorMode.grayscale),
    ]:
        steps, kind = ((255, np.uint8), (65535, np.uint16))[depth == 16]
        is_grey = mode == enums.ColorMode.grayscale
        images, shown = [], []
        for label, left, top, opacity, visible, pixels in LAYERS:
            pixels = pixels.copy()
            if is_grey:
                pixels[..., :3] = pixels[..., :1]
            numbers = np.round(pixels * steps).astype(kind)
            channels = {-1: numbers[..., 3], 0: numbers[..., 0]}
            if not is_grey:
                channels |= {1: numbers[..., 1], 2: numbers[..., 2]}
            opacity_byte = round(opacity * 255)
            images.append(nested.Image(name=label, visible=visible, opacity=opacity_byte, top=top, left=left, channels=channels))
            shown.append((label, left, top, opacity_byte / 255, visible, numbers / steps))
        # From the top down, the last one in a group.
        content = [nested.Group(name="grupo", layers=[images[3]], closed=False)] + images[2::-1]
        psd = nested.nested_layers_to_psd(content, color_mode=mode, compression=compression, depth=depth, size=(WIDTH, HEIGHT))
        with open(FOLDER / f"{name}.psd", "wb") as file:
            psd.write(file)
        save(name, composite(shown))


def make_psd_tools():
    from psd_tools import PSDImage
    from psd_tools.constants import BlendMode

    psd = PSDImage.new("RGB", (WIDTH, HEIGHT))
    group = psd.create_group(name="grupo", open_folder=True)
    shown = []
    for name, left, top, opacity, visible, pixels in LAYERS:
        added = psd.create_pixel_layer(
            Image.fromarray(as_u8(pixels)), name=name, top=top, left=left, opacity=round(opacity * 255)
        )
        added.visible = visible
        added.name = name
        shown.append((name, left, top, round(opacity * 255) / 255, visible, as_u8(pixels) / 255))
        if name == "fire":
            group.append(added)
        if name == "hidden":
            added.blend_mode = BlendMode.LINEAR_BURN
            added.clipping = True
    # The group was made first; it belongs on top.
    psd.remove(group)
    psd.append(group)
    psd.save(FOLDER / "psd_tools.psd", encoding="utf-8")
    save("psd_tools", composite(shown))
    flat = PSDImage.frompil(Image.fromarray(as_u8(LAYERS[0][5])[..., :3]))
    flat.save(FOLDER / "merged.psd")
    save("merged", np.dstack([as_u8(LAYERS[0][5])[..., :3] / 255, np.ones((HEIGHT, WIDTH))]))


def make_interlaced():
    """Pillow reads interlaced PNGs but writes none; this writes Adam7 with no filter."""
    pixels = as_u8(layer(4, WIDTH, HEIGHT, (0.2, 0.6, 0.4)))
    Image.fromarray(pixels).save(FOLDER / "plain.png")
    rows = b""
    for x, y, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        rows += b"".join(b"\0" + row.tobytes() for row in pixels[y::dy, x::dx])

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 6, 0, 0, 1)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    (FOLDER / "interlaced.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    assert (np.asarray(Image.open(FOLDER / "interlaced.png")) == pixels).all()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    make_ora()
    make_pytoshop()
    make_psd_tools()
    make_interlaced()
    check_with_psd_tools()
    for path in sorted(FOLDER.iterdir()):
        print(path.stat().st_size, path.name)
