"""Opens an OpenRaster file that was written here in pyora, and holds what pyora shows against what we show.

    cargo run -p underpaint-paint --example write_files -- /tmp/files
    python tests/parity/check_ora.py /tmp/files
"""

import pathlib
import sys

import numpy as np
from PIL import Image
from pyora import Project
from pyora.Render import Renderer

folder = pathlib.Path(sys.argv[1])
project = Project.load(str(folder / "painting.ora"))
names = [layer.name for layer in project.iter_tree]
assert "água ✎" in names, names
# The merged image shows the painting with 16 bits a channel; layers have 8 in the file, and so has what they make.
painting = np.asarray(Image.open(folder / "painting.png").convert("RGBA")).astype(int)
reopened = np.asarray(Image.open(folder / "painting_ora.png").convert("RGBA")).astype(int)
merged = np.asarray(project.get_image_data(use_original=True).convert("RGBA")).astype(int)
rendered = np.asarray(Renderer(project).render().convert("RGBA")).astype(int)
for what, ours, theirs in [("merged image", painting, merged), ("composite by pyora", reopened, rendered)]:
    # Colour counts as far as it is seen.
    alpha = theirs[..., 3:] / 255
    difference = np.abs(theirs[..., :3] * alpha - ours[..., :3] * (ours[..., 3:] / 255)).max()
    difference = max(difference, np.abs(theirs[..., 3] - ours[..., 3]).max())
    print(f"{what}: largest difference {difference:.2f} of 255")
    assert difference <= 1.01, what
infos = Image.open(folder / "painting.png").text
assert infos["parameters"].startswith("a lake"), infos
print("Pillow reads the parameters:", infos["parameters"])
