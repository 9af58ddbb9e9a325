"""Photoshop documents as psd-tools writes them, opened here: every packing, depth and blend mode, groups of both kinds,
masks, clipping, locks, and what hides. Layers are compared pixel for pixel with what psd-tools reads of its own file, and
what is seen with psd-tools' composite.

    pip install 'psd-tools[composite]' pillow numpy
    python tests/parity/check_psd.py
"""

import copy
import json
import pathlib
import shutil
import sys
import tempfile

import numpy as np
from check_ora import Told, difference, here, pixels_of
from PIL import Image
from psd_tools import PSDImage
from psd_tools.composite import composite
from psd_tools.constants import BlendMode, Compression, ProtectedFlags, Tag

WIDTH, HEIGHT, CELL = 192, 128, 32
MODES = {
    "normal": "NORMAL", "darken": "DARKEN", "multiply": "MULTIPLY", "color-burn": "COLOR_BURN", "linear-burn": "LINEAR_BURN",
    "lighten": "LIGHTEN", "screen": "SCREEN", "color-dodge": "COLOR_DODGE", "add": "LINEAR_DODGE", "overlay": "OVERLAY",
    "soft-light": "SOFT_LIGHT", "hard-light": "HARD_LIGHT", "vivid-light": "VIVID_LIGHT", "linear-light": "LINEAR_LIGHT",
    "pin-light": "PIN_LIGHT", "hard-mix": "HARD_MIX", "difference": "DIFFERENCE", "exclusion": "EXCLUSION",
    "subtract": "SUBTRACT", "divide": "DIVIDE", "hue": "HUE", "saturation": "SATURATION", "color": "COLOR",
    "luminosity": "LUMINOSITY",
}  # fmt: skip


def blob(width, height, seed):
    """A soft spot with structure, straight RGBA from 0 to 1, no colour at its limits."""
    y, x = np.mgrid[0:height, 0:width]
    distance = np.hypot((x - width / 2) / (width / 2), (y - height / 2) / (height / 2))
    rgb = [0.5 + 0.4 * np.sin(x * 6 / width + y * (4 - seed % 3) / height + shift + seed) for shift in (0, 2, 4)]
    return np.dstack([*rgb, np.clip(1.4 - distance, 0, 1)]).astype(np.float32)


def paper(opacity=1.0):
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    rgb = [0.5 + 0.4 * np.sin(x / 20 + shift) * np.cos(y / 30) for shift in (0, 2, 4)]
    return np.dstack([*rgb, np.full((HEIGHT, WIDTH), opacity)]).astype(np.float32)


def add(parent, rgba, name, **more):
    layer = parent.create_pixel_layer_from_array(rgba, name=name, **more)
    layer.name = name
    return layer


def modes(depth, packing):
    """Each blend mode in a square of its own."""
    psd = PSDImage.new("RGB", (WIDTH, HEIGHT), depth=depth)
    add(psd, paper(), "paper", compression=packing)
    for at, (name, theirs) in enumerate(MODES.items()):
        place = {"top": at // 6 * CELL, "left": at % 6 * CELL}
        looks = {"blend_mode": getattr(BlendMode, theirs), "opacity": [255, 191, 128][at % 3]}
        add(psd, blob(CELL, CELL, at), name, compression=packing, **place, **looks)
    return psd


def mask(width, height):
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.clip(np.hypot(x - width / 2, y - height / 2) * 12 - 200, 0, 255).astype(np.uint8))


def groups(depth, packing):
    """Isolated groups and ones that pass through, masks of both backgrounds, one that is off, clipping, locks, hiding."""
    psd = PSDImage.new("RGB", (WIDTH, HEIGHT), depth=depth, compression=Compression.ZIP)
    add(psd, paper(), "papel", compression=packing)
    isolated = psd.create_group(name="grupo", blend_mode=BlendMode.SCREEN, opacity=200)
    inner = isolated.create_group(name="dentro ✎", blend_mode=BlendMode.NORMAL, opacity=128)
    add(inner, blob(90, 80, 1), "água 水", left=-20, top=-10, compression=packing)
    add(inner, blob(60, 60, 2), "multiplied", left=20, top=20, blend_mode=BlendMode.MULTIPLY, compression=packing)
    add(isolated, blob(50, 50, 3), "hidden", left=60, top=10, compression=packing).visible = False
    passing = psd.create_group(name="passes, plain")
    add(passing, blob(60, 60, 4), "in it", left=100, top=0, compression=packing)
    blending = psd.create_group(name="passes, blending")
    add(blending, blob(80, 80, 5), "burnt", left=110, top=40, blend_mode=BlendMode.LINEAR_BURN, compression=packing)
    for at, background in enumerate([0, 255, 0]):
        masked = add(psd, blob(70, 50, 6 + at), f"masked {at}", left=10 + 55 * at, top=75, compression=packing)
        masked.create_mask(mask(40, 30), top=85, left=20 + 55 * at, compression=packing)
        masked.mask.data.background_color = background
        masked.mask.disabled = at == 2
    # A hard edge: on a soft one psd-tools gives what is clipped more weight than "atop", which is ours,
    # Krita's and the W3C's.
    hard = np.where(blob(60, 40, 9) * [0, 0, 0, 1] > 0.6, [0, 0, 0, 1], 0) + blob(60, 40, 9) * [1, 1, 1, 0]
    base = add(psd, hard, "base", left=120, top=80, opacity=230, compression=packing)
    clipped = add(psd, blob(60, 60, 10), "clipped", left=140, top=70, compression=packing)
    clipped.clipping = True
    # (Its own `lock` of a layer without the block writes none of the flags.)
    base.tagged_blocks.set_data(Tag.PROTECTED_SETTING, ProtectedFlags.COMPLETE)
    masked_group = psd.create_group(name="masked group", blend_mode=BlendMode.NORMAL)
    add(masked_group, blob(60, 40, 11), "faint", left=20, top=40, compression=packing).fill_opacity = 128
    hard = np.zeros((30, 40), np.uint8)
    hard[5:25, 8:30] = 255
    # psd-tools lets the two records of a new group share one list of channels.
    masked_group._bounding_channels = copy.deepcopy(masked_group._channels)
    masked_group.create_mask(Image.fromarray(hard), top=40, left=30, compression=packing)
    psd._update_record()
    return psd


def straight(layer, number_max):
    """A layer's pixels on the canvas as psd-tools reads them, its mask worked in, in 8 bits."""
    canvas = np.zeros((HEIGHT, WIDTH, 4))
    rgba = layer.numpy()
    y, x = np.mgrid[layer.top : layer.bottom, layer.left : layer.right]
    alpha = np.round(rgba[..., 3] * number_max) / number_max
    is_on_canvas = (y >= 0) & (y < HEIGHT) & (x >= 0) & (x < WIDTH)
    chain = [layer] + ([layer.parent] if layer.parent.kind == "group" else [])
    for it in chain:
        if it.has_mask() and not it.mask.disabled:
            data = it.mask.data
            cover = np.full((HEIGHT, WIDTH), data.background_color / 255)
            cover[data.top : data.bottom, data.left : data.right] = np.asarray(it.mask.topil().convert("L")) / 255
            alpha[is_on_canvas] *= cover[y[is_on_canvas], x[is_on_canvas]]
    rgba = np.dstack([rgba[..., :3], alpha])
    canvas[y[is_on_canvas], x[is_on_canvas]] = rgba[is_on_canvas]
    return np.round(canvas * 255).astype(int)


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    figures = {}
    for kind, make in [("modes", modes), ("groups", groups)]:
        for depth in [8, 16]:
            for packing in [Compression.RAW, Compression.RLE, Compression.ZIP, Compression.ZIP_WITH_PREDICTION]:
                name = f"{kind}_{depth}_{packing.name.lower()}"
                make(depth, packing).save(folder / f"{name}.psd", encoding="utf-8")
                psd = PSDImage.open(folder / f"{name}.psd")
                here("read", folder / f"{name}.psd", folder / name)
                told = Told(folder / name)
                # From the bottom up, a group after what is in it; the one whose passing through shows is dissolved.
                theirs = []

                def walk(parent, depth):
                    for layer in parent:
                        is_dissolved = layer.name == "passes, blending"
                        if layer.is_group():
                            walk(layer, depth + (not is_dissolved))
                        if not is_dissolved:
                            theirs.append((layer, depth))

                walk(psd, 0)
                assert [(it.name, at) for it, at in theirs] == [(it["name"], it["depth"]) for it in told.layers], name
                worst = 0
                for (layer, _), ours in zip(theirs, told.layers):
                    what = (name, layer.name)
                    assert layer.is_group() == (ours["kind"] == "Group"), what
                    opacity = layer.opacity / 255 * (layer.fill_opacity / 255)
                    assert abs(opacity - ours["opacity"]) < 1e-6 and layer.visible == ours["visible"], what
                    theirs_mode = layer.blend_mode.name.replace("PASS_THROUGH", "NORMAL")
                    assert theirs_mode == MODES[ours["mode"]], (what, theirs_mode, ours["mode"])
                    assert layer.clipping == ours["clipped"], what
                    assert (layer.name == "base") == ours["locked"], what
                    if not layer.is_group():
                        worst = max(worst, difference(straight(layer, {8: 255, 16: 65535}[depth]), ours["pixels"]))
                assert worst <= 1.01, (name, worst)
                # psd-tools cuts digits off where we round.
                drawn = pixels_of(psd.composite(force=True, ignore_preview=True))
                if kind == "modes":
                    for at, mode in enumerate(MODES):
                        cell = np.s_[at // 6 * CELL : at // 6 * CELL + CELL, at % 6 * CELL : at % 6 * CELL + CELL]
                        figures[mode] = max(int(np.abs(drawn[cell] - told.seen[cell]).max()), figures.get(mode, 0))
                else:
                    figures[name] = int(np.abs(drawn - told.seen).max())
    # What crates/paint/tests/it/files.rs opens.
    fixtures = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "files"
    shutil.copy(folder / "groups_8_zip_with_prediction.psd", fixtures / "psd_groups.psd")
    colour, _, alpha = composite(PSDImage.open(fixtures / "psd_groups.psd"), force=True)
    rounded = np.round(np.dstack([colour, alpha]) * 255).astype(np.uint8)
    Image.fromarray(rounded).save(fixtures / "psd_groups.png", optimize=True)
    print(json.dumps(figures, indent=2))
    # Hard mix jumps between nothing and everything with the last digit.
    assert all(figure <= 2 for what, figure in figures.items() if what != "hard-mix"), figures


if __name__ == "__main__":
    main()
