# Makes resize.json with Pillow, the reference for resizeImage:
#   pip install pillow numpy && python3 make_resize.py > resize.json && deno fmt resize.json
import json

import numpy as np
import PIL
from PIL import Image

SIZES = [((13, 9), (5, 4)), ((5, 4), (13, 9)), ((8, 6), (8, 3)), ((7, 5), (14, 5)), ((16, 16), (4, 4)),
         ((30, 20), (7, 31)), ((1, 1), (3, 2)), ((9, 1), (4, 1)), ((40, 3), (1, 1)), ((6, 6), (6, 6))]


def pixels(width, height):
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return ((x * x * 7 + y * 13 * (c + 1) + x * y * 3 + c * 50) % 256).astype(np.uint8)


cases = []
for (w, h), (out_w, out_h) in SIZES:
    data = pixels(w, h)
    resized = Image.fromarray(data).resize((out_w, out_h), Image.BILINEAR)
    nearest = Image.fromarray(data[..., 0]).resize((out_w, out_h), Image.NEAREST)
    cases.append({"width": w, "height": h, "toWidth": out_w, "toHeight": out_h,
                  "triangle": np.asarray(resized).tobytes().hex(), "nearest": np.asarray(nearest).tobytes().hex()})
print(json.dumps({"madeBy": "make_resize.py, Pillow " + PIL.__version__, "cases": cases}, indent=1))
