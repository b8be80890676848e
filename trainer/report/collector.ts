// What a report needs of each sample while a graph is measured. Keeps the scores of all, the pixels of few.

import { encodePng } from "../../models/encode.ts";
import { createMetrics, iou, type MetricsAccumulator } from "../../models/metrics.ts";
import { resizeImage } from "../../models/resize.ts";
import { GOOD } from "../../models/sample.ts";
import type { MeasuredSample } from "../evaluate.ts";
import { drawHeat } from "./heat.ts";
import { drawOutlines } from "./outlines.ts";
import type { DefectRow, ImageScore, ReportData, ReportPicture } from "./report_data.ts";
import { createTop } from "./top.ts";

/** Collects samples one by one. */
export interface ReportCollector {
  /** @throws RangeError when the sizes of mask and truth differ. */
  add(measured: MeasuredSample): void;
  /** Rows sorted by product, then good images, then types of defect. */
  result(): Promise<Pick<ReportData, "defects" | "scores" | "pictures">>;
}

/** The samples of one type of defect of a product. */
interface Group extends Pick<DefectRow, "product" | "defect"> {
  readonly metrics: MetricsAccumulator;
}

type Candidate = MeasuredSample & Pick<ReportPicture, "iou" | "score" | "predictedPixels">;

/** @param count Pictures of each kind. */
export function createReportCollector(count = 6): ReportCollector {
  const groups = new Map<string, Group>();
  const scores: ImageScore[] = [];
  const worst = createTop<Candidate>(count);
  const best = createTop<Candidate>(count);
  const falseAlarms = createTop<Candidate>(count);
  return {
    add(measured) {
      const { sample, map, mask, truth } = measured;
      const { product, defect } = sample;
      groups.getOrInsertComputed(
        `${product}/${defect}`,
        () => ({ product, defect, metrics: createMetrics() }),
      ).metrics.add(mask, truth);
      const score = map.data.reduce((highest, value) => Math.max(highest, value), 0);
      const predictedPixels = mask.data.reduce((sum, value) => sum + value, 0);
      // As for the metrics, an image is defective when its mask is not empty, whatever its folder says.
      const isDefect = truth.data.includes(1);
      scores.push({ score, isDefect });
      const { intersection, union } = iou(mask, truth);
      const candidate = {
        ...measured,
        iou: isDefect ? intersection / union : 0,
        score,
        predictedPixels,
      };
      if (isDefect) {
        worst.add(-candidate.iou, candidate);
        best.add(candidate.iou, candidate);
      } else if (predictedPixels > 0) falseAlarms.add(predictedPixels, candidate);
    },
    async result() {
      const lowest = worst.items();
      return {
        defects: [...groups.values()].map(toRow).sort(byProductAndType),
        scores,
        pictures: {
          worst: await drawAll(lowest),
          best: await drawAll(best.items().filter((one) => !lowest.includes(one))),
          falseAlarms: await drawAll(falseAlarms.items()),
        },
      };
    },
  };
}

/** Of good images only the share that is left alone means something. */
function toRow({ product, defect, metrics }: Group): DefectRow {
  const { images, iou_image, iou_pooled, dice } = metrics.result();
  const values = defect === GOOD ? { images, iou_image } : { images, iou_image, iou_pooled, dice };
  return { product, defect, metrics: values };
}

function byProductAndType(a: DefectRow, b: DefectRow): number {
  if (a.product !== b.product) return a.product < b.product ? -1 : 1;
  if (a.defect === GOOD || b.defect === GOOD) return a.defect === GOOD ? -1 : 1;
  return a.defect < b.defect ? -1 : 1;
}

async function drawAll(candidates: readonly Candidate[]): Promise<ReportPicture[]> {
  return await Promise.all(candidates.map(draw));
}

async function draw(candidate: Candidate): Promise<ReportPicture> {
  const { sample: { product, defect, path }, image, map, mask, truth, ...numbers } = candidate;
  const fitted = resizeImage(image, map.width, map.height);
  return {
    ...{ product, defect, path, ...numbers },
    outlines: await encodePng(drawOutlines(fitted, truth, mask)),
    heat: await encodePng(drawHeat(map)),
  };
}
