# Makes map_metrics.json with scikit-learn, anomalib, segmentation_models_pytorch and torchmetrics, the references for
# map_metrics.ts and metrics.ts: pip install anomalib segmentation-models-pytorch numpy scipy scikit-learn torchmetrics
#   && python3 make_map_metrics.py > map_metrics.json && deno fmt map_metrics.json
import json
from importlib.metadata import version

import numpy as np
import segmentation_models_pytorch as smp
import torch
from anomalib.metrics.aupro import _AUPRO
from anomalib.metrics.f1_score import _F1Max
from scipy.ndimage import label
from sklearn.metrics import precision_recall_curve, roc_auc_score
from torchmetrics.classification import BinaryAUROC, MulticlassJaccardIndex

WIDTH, HEIGHT, THRESHOLD, FPR_LIMIT = 24, 20, 0.5, 0.3
# Per image its defects as (left, top, width, height, rise of the score). Two touch by a corner only: one region.
DEFECTS = [
    [(2, 3, 4, 5, 260), (6, 8, 3, 2, 120), (15, 1, 1, 1, 900)],
    [],
    [(10, 10, 9, 4, 180), (0, 0, 3, 1, -60)],
    [(20, 17, 4, 3, 420), (1, 12, 2, 6, 300)],
    [],
    [(5, 5, 1, 9, 60), (12, 2, 6, 5, 330), (12, 14, 2, 2, 0)],
]
rng = np.random.default_rng(30)
truths = np.zeros((len(DEFECTS), HEIGHT, WIDTH), int)
milli = 300 + rng.normal(0, 140, truths.shape)
for i, defects in enumerate(DEFECTS):
    for left, top, width, height, rise in defects:
        truths[i, top:top + height, left:left + width] = 1
        milli[i, top:top + height, left:left + width] += rise
milli[1] /= 2  # nothing predicted where nothing is
milli[4, 7, 7] = 860  # a false alarm above some of the defects
milli = np.clip(milli, 0, 1000).astype(int)


def aupro_by_definition(maps):
    """The mean overlap of the regions and the false positive rate at every threshold, integrated."""
    regions = [(i, part == k + 1) for i, t in enumerate(truths) for part, n in [label(t, np.ones((3, 3)))] for k in range(n)]
    points = [(0., 0.)]
    for threshold in np.unique(maps)[::-1]:
        overlaps = [np.mean(maps[i][region] >= threshold) for i, region in regions]
        points.append((np.mean(maps[truths == 0] >= threshold), np.mean(overlaps)))
    fpr, pro = np.array(points).T
    last = np.searchsorted(fpr, FPR_LIMIT, "right")
    fpr, pro = np.append(fpr[:last], FPR_LIMIT), np.append(pro[:last], np.interp(FPR_LIMIT, fpr, pro))
    return np.trapezoid(pro, fpr) / FPR_LIMIT


def torch_metric(metric, scores, labels):
    metric.update(torch.tensor(scores, dtype=torch.float32), torch.tensor(labels))
    return metric.compute().item()


def ranking(step):
    maps = (milli // step * step / 1000).astype(np.float32).astype(np.float64)  # compared as doubles, like JavaScript does
    scores, labels = maps.ravel(), truths.ravel()
    image_scores, image_labels = maps.max((1, 2)), truths.max((1, 2))
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    rises = np.flatnonzero(np.diff(recall) < 0)[::-1]  # the other thresholds only add false alarms
    return {
        "step": step,
        "exact": {
            "auroc_image": roc_auc_score(image_labels, image_scores), "auroc_pixel": roc_auc_score(labels, scores),
            "aupro_30": aupro_by_definition(maps), "f1_max": f1.max(),
        },
        "anomalib": {
            "auroc_image": torch_metric(BinaryAUROC(), image_scores, image_labels),
            "auroc_pixel": torch_metric(BinaryAUROC(), scores, labels),
            "aupro_30": torch_metric(_AUPRO(fpr_limit=FPR_LIMIT), maps, truths),
            "f1_max": torch_metric(_F1Max(), scores, labels),
        },
        "curve": [column[rises].tolist() for column in (thresholds, precision, recall)],
    }


def masks():
    truth = torch.tensor(truths)
    defective = truth.amax((1, 2)) == 1
    prediction = torch.tensor(milli / 1000 >= THRESHOLD).long()

    def score(function, reduction, predicted=prediction, chosen=slice(None)):
        stats = smp.metrics.get_stats(predicted[chosen, None], truth[chosen, None], mode="binary")
        return function(*stats, reduction=reduction).item()

    iou, f1 = smp.metrics.iou_score, smp.metrics.f1_score
    return {
        "images": len(truths),
        "iou_image": score(iou, "micro-imagewise"), "iou_defect": score(iou, "micro-imagewise", chosen=defective),
        "iou_pooled": score(iou, "micro"), "miou": torch_metric(MulticlassJaccardIndex(2), prediction.numpy(), truths),
        "dice": score(f1, "micro"), "all_empty": score(iou, "micro-imagewise", torch.zeros_like(truth)),
    }


packages = ["scikit-learn", "anomalib", "torchmetrics", "segmentation-models-pytorch"]
print(json.dumps({
    "madeBy": "make_map_metrics.py, " + ", ".join(f"{name} {version(name)}" for name in packages),
    "width": WIDTH, "height": HEIGHT, "threshold": THRESHOLD,
    "truths": [["".join(".#"[pixel] for pixel in row) for row in t] for t in truths],
    "mapsTimes1000": [[" ".join(map(str, row)) for row in m] for m in milli],
    "rankings": [ranking(1), ranking(100)], "masks": masks(),
}))
