"""Blend modes, worked out from the text of the W3C's "Compositing and Blending Level 1" and written as fixtures.

    python tests/parity/make_blend_fixtures.py

Sections: 5.1 simple alpha compositing (co = cs + cb * (1 - as)), 9.1.4 source over, 9.1.8 source atop, 10 blending:
Cs' = (1 - ab) * Cs + ab * B(Cb, Cs), then composited. Modes beyond the W3C's sixteen are those of ISO 32000 and Photoshop by
name: add (linear dodge), subtract, divide, linear burn, linear light, vivid light, pin light, hard mix.

Written to tests/fixtures/blend/blend.csv: mode, "over" or "atop", opacity, backdrop and source (straight RGBA, 0 to 255),
result (premultiplied RGBA, 0 to 1). "atop" is what a clipped layer does: the backdrop counts as opaque among the colours.
Everything is float64 and one pixel at a time, close to the text of the standard rather than fast.
"""

import pathlib

import numpy as np

N_PIXELS = 40


def screen(cb, cs):
    return cb + cs - cb * cs


def hard_light(cb, cs):
    return cb * 2 * cs if cs <= 0.5 else screen(cb, 2 * cs - 1)


def color_dodge(cb, cs):
    if cb == 0:
        return 0.0
    if cs == 1:
        return 1.0
    return min(1.0, cb / (1 - cs))


def color_burn(cb, cs):
    if cb == 1:
        return 1.0
    if cs == 0:
        return 0.0
    return 1 - min(1.0, (1 - cb) / cs)


def soft_light(cb, cs):
    if cs <= 0.5:
        return cb - (1 - 2 * cs) * cb * (1 - cb)
    d = ((16 * cb - 12) * cb + 4) * cb if cb <= 0.25 else np.sqrt(cb)
    return cb + (2 * cs - 1) * (d - cb)


def vivid_light(cb, cs):
    return color_burn(cb, 2 * cs) if cs <= 0.5 else color_dodge(cb, 2 * (cs - 0.5))


def divide(cb, cs):
    if cs == 0:
        return 0.0 if cb == 0 else 1.0
    return min(1.0, cb / cs)


def pin_light(cb, cs):
    return min(cb, 2 * cs) if cs <= 0.5 else max(cb, 2 * cs - 1)


SEPARABLE = {
    "normal": lambda cb, cs: cs,
    "multiply": lambda cb, cs: cb * cs,
    "screen": screen,
    "overlay": lambda cb, cs: hard_light(cs, cb),
    "darken": min,
    "lighten": max,
    "color-dodge": color_dodge,
    "color-burn": color_burn,
    "hard-light": hard_light,
    "soft-light": soft_light,
    "difference": lambda cb, cs: abs(cb - cs),
    "exclusion": lambda cb, cs: cb + cs - 2 * cb * cs,
    "add": lambda cb, cs: min(1.0, cb + cs),
    "subtract": lambda cb, cs: max(0.0, cb - cs),
    "divide": divide,
    "linear-burn": lambda cb, cs: max(0.0, cb + cs - 1),
    "linear-light": lambda cb, cs: min(1.0, max(0.0, cb + 2 * cs - 1)),
    "vivid-light": vivid_light,
    "pin-light": pin_light,
    "hard-mix": lambda cb, cs: 0.0 if vivid_light(cb, cs) < 0.5 else 1.0,
}


def lum(c):
    return 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]


def clip_color(c):
    l, n, x = lum(c), min(c), max(c)
    if n < 0:
        c = [l + (v - l) * l / (l - n) for v in c]
    if x > 1:
        c = [l + (v - l) * (1 - l) / (x - l) for v in c]
    return c


def set_lum(c, l):
    d = l - lum(c)
    return clip_color([v + d for v in c])


def sat(c):
    return max(c) - min(c)


def set_sat(c, s):
    c = list(c)
    low, mid, high = np.argsort(c, kind="stable")
    if c[high] > c[low]:
        c[mid] = (c[mid] - c[low]) * s / (c[high] - c[low])
        c[high] = s
    else:
        c[mid] = c[high] = 0.0
    c[low] = 0.0
    return c


NON_SEPARABLE = {
    "hue": lambda cb, cs: set_lum(set_sat(cs, sat(cb)), lum(cb)),
    "saturation": lambda cb, cs: set_lum(set_sat(cb, sat(cs)), lum(cb)),
    "color": lambda cb, cs: set_lum(cs, lum(cb)),
    "luminosity": lambda cb, cs: set_lum(cb, lum(cs)),
}


def mix(mode, cb, cs):
    if mode in SEPARABLE:
        return [float(SEPARABLE[mode](b, s)) for b, s in zip(cb, cs)]
    return NON_SEPARABLE[mode](cb, cs)


def composite(mode, is_atop, opacity, backdrop, source):
    cb, ab = [v / 255 for v in backdrop[:3]], backdrop[3] / 255
    cs, alpha_s = [v / 255 for v in source[:3]], source[3] / 255 * opacity
    # A pixel without alpha has no colour once it is premultiplied.
    cb = cb if backdrop[3] else [0.0] * 3
    cs = cs if source[3] else [0.0] * 3
    mixed = mix(mode, cb, cs)
    if is_atop:
        return [ab * (alpha_s * m + (1 - alpha_s) * b) for m, b in zip(mixed, cb)] + [ab]
    blended = [(1 - ab) * s + ab * m for s, m in zip(cs, mixed)]
    colour = [alpha_s * c + (1 - alpha_s) * ab * b for c, b in zip(blended, cb)]
    return colour + [alpha_s + ab * (1 - alpha_s)]


def main():
    random = np.random.default_rng(5)
    lines = ["mode,composition,opacity,backdrop r,g,b,a,source r,g,b,a,result r,g,b,a (premultiplied)"]
    for mode in [*SEPARABLE, *NON_SEPARABLE]:
        for idx in range(N_PIXELS):
            pixels = random.integers(0, 256, (2, 4))
            if idx % 4 == 0:
                pixels[:, 3] = 255
            if idx % 5 == 0:
                # The corners, where formulas divide by nothing.
                pixels = random.choice([0, 255, 128, 127, 64], (2, 4))
            opacity = 1.0 if idx % 3 else round(float(random.random()), 3)
            is_atop = idx % 2 == 1
            # Hard mix jumps: rounding must not decide on which side of it a pixel lies.
            if mode == "hard-mix":
                margins = [abs(vivid_light(b / 255, s / 255) - 0.5) for b, s in zip(pixels[0][:3], pixels[1][:3])]
                if min(margins) < 0.01:
                    continue
            result = composite(mode, is_atop, opacity, [int(v) for v in pixels[0]], [int(v) for v in pixels[1]])
            numbers = [*pixels[0], *pixels[1], *(f"{v:.7f}" for v in result)]
            lines.append(",".join(map(str, [mode, "atop" if is_atop else "over", opacity, *numbers])))
    folder = pathlib.Path(__file__).parents[1] / "fixtures" / "blend"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "blend.csv").write_text("\n".join(lines) + "\n")
    print(f"{len(lines) - 1} pixels")


if __name__ == "__main__":
    main()
