# Makes jpeg.json with Pillow (libjpeg-turbo), the reference for decodeImage on JPEG:
#   pip install pillow numpy && python3 make_jpeg.py > jpeg.json && deno fmt jpeg.json
import base64
import io
import json

import numpy as np
import PIL
from PIL import Image

y, x, c = np.mgrid[0:14, 0:22, 0:3]
picture = Image.fromarray((40 + x * 7 + y * 3 * c + 20 * ((x // 4 + y // 5) % 2)).astype(np.uint8))

cases = []
for name, image, options in [
    ("baseline 4:2:0", picture, {}),
    ("baseline 4:4:4", picture, {"subsampling": 0}),
    ("progressive", picture, {"progressive": True}),
    ("grey", picture.convert("L"), {}),
    ("restart markers", picture, {"restart_marker_rows": 1}),
]:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, **options)
    decoded = Image.open(io.BytesIO(out.getvalue())).convert("RGB")
    cases.append({"name": name, "width": image.width, "height": image.height,
                  "bytes": base64.b64encode(out.getvalue()).decode(), "pixels": decoded.tobytes().hex()})
print(json.dumps({"madeBy": "make_jpeg.py, Pillow " + PIL.__version__, "cases": cases}))
