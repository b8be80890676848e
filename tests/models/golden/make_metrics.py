# Makes metrics.json with scikit-learn, the reference for the formulas of metrics.ts:
#   pip install scikit-learn numpy && python3 make_metrics.py > metrics.json && deno fmt metrics.json
import json

import numpy as np
import sklearn
from sklearn.metrics import f1_score, jaccard_score

WIDTH, HEIGHT, IMAGES = 9, 7, 8
rng = np.random.default_rng(7)
truths = (rng.random((IMAGES, HEIGHT, WIDTH)) < np.array([.3, 0, .1, 0, .6, .2, 1, .05]).reshape(-1, 1, 1)).astype(int)
milli = np.clip(truths * rng.integers(200, 1001, truths.shape) + rng.integers(0, 500, truths.shape), 0, 1000)
milli[3] = 0  # no defect and, from 0.02 on, none predicted
maps = (milli / 1000).astype(np.float32).astype(np.float64)  # compared as doubles, like JavaScript does


def iou(truth, prediction):
    return jaccard_score(truth.ravel(), prediction.ravel(), zero_division=1.0)


def metrics(threshold):
    masks = (maps >= threshold).astype(int)
    per_image = [iou(t, p) for t, p in zip(truths, masks)]
    return {
        "images": IMAGES,
        "iou_image": float(np.mean(per_image)),
        "iou_defect": float(np.mean([v for v, t in zip(per_image, truths) if t.any()])),
        "iou_pooled": float(iou(truths, masks)),
        "miou": float(jaccard_score(truths.ravel(), masks.ravel(), average="macro", labels=[0, 1])),
        "dice": float(f1_score(truths.ravel(), masks.ravel())),
        "all_empty": float(np.mean([iou(t, np.zeros_like(t)) for t in truths])),
    }


grid = [i / 50 for i in range(1, 50)]
print(json.dumps({
    "madeBy": "make_metrics.py, scikit-learn " + sklearn.__version__,
    "width": WIDTH, "height": HEIGHT,
    "truths": ["".join(map(str, t.ravel())) for t in truths],
    "mapsTimes1000": [m.ravel().tolist() for m in milli],
    "threshold": 0.4, "metrics": metrics(0.4),
    "curve": [metrics(t)["iou_image"] for t in grid],
}))
