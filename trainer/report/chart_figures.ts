// The report's charts with their headings, keys and what to read from them.

import { histogram } from "./bins.ts";
import { smoothed, thinned } from "./curve.ts";
import { type Html, html } from "./html.ts";
import { type Ink, lineChart } from "./line_chart.ts";
import type { ImageScore, ReportData } from "./report_data.ts";
import { scoreHistogram } from "./histogram.ts";
import type { TrainingCurves } from "../training_curves.ts";

/** More points than this in the width of a chart only make it a band. */
const POINTS = 250;

/** The two kinds of images by score, and what a score has to reach for an outline and for an alarm. */
export function scoreFigure(
  scores: readonly ImageScore[],
  { threshold, alarmLevel }: Pick<ReportData, "threshold" | "alarmLevel">,
): Html {
  const [good, defective] = [false, true].map((kind) =>
    scores.filter(({ isDefect }) => isDefect === kind).map(({ score }) => score)
  ) as [number[], number[]];
  const reach = (values: readonly number[]) => values.filter((score) => score >= alarmLevel).length;
  const text =
    `${
      reach(good)
    } of ${good.length} good images score at or above the alarm level of ${alarmLevel}, and ` +
    `${reach(defective)} of ${defective.length} defective ones.`;
  const chart = scoreHistogram({
    description: `Histogram of image scores. ${text}`,
    counts: { good: histogram(good), defective: histogram(defective) },
    marks: alarmLevel > threshold
      ? [{ name: "threshold", at: threshold }, { name: "alarm level", at: alarmLevel }]
      : [{ name: "threshold", at: threshold }],
  });
  const key: Key = [["first", "good"], ["second", "defective"]];
  return chartFigure(
    "Scores of images",
    chart,
    key,
    `${text} An image's score is the highest of its map.`,
  );
}

/** Precision over recall of pixels, with the point where the threshold is. @throws RangeError when there is no point. */
export function precisionRecallFigure(
  curve: NonNullable<ReportData["precisionRecall"]>,
  threshold: number,
): Html {
  const reached = curve.find((point) => point.threshold === threshold);
  const text = reached === undefined
    ? "No pixel of a defect reaches the threshold."
    : `At the threshold precision is ${reached.precision.toFixed(3)} and recall ` +
      `${reached.recall.toFixed(3)}.`;
  const points = curve.map(({ precision, recall }) => ({ x: recall, y: precision }));
  const chart = lineChart({
    description: `Curve of precision over recall. ${text}`,
    x: { name: "Recall", ends: [0, 1] },
    y: { name: "Precision", ends: [0, 1] },
    lines: [{ ink: "first", points }],
    ...(reached && {
      mark: { x: reached.recall, y: reached.precision, text: `threshold ${threshold}` },
    }),
  });
  const note = `${text} Over the pixels of all images, before small regions are removed.`;
  return chartFigure("Precision and recall of pixels", chart, [], note);
}

/** The loss at each step. @throws RangeError when there is none. */
export function lossFigure({ loss }: TrainingCurves): Html {
  const [smooth, last] = [smoothed(loss), loss.at(-1)];
  const text = `After step ${last?.x} it is ${
    smooth.at(-1)?.y.toFixed(4)
  }, averaged over about twenty steps.`;
  const chart = lineChart({
    description: `Curve of the training loss over steps. ${text}`,
    x: { name: "Step" },
    y: { name: "Loss" },
    lines: [
      { ink: "faint", points: thinned(loss, POINTS) },
      { ink: "first", points: thinned(smooth, POINTS) },
    ],
  });
  return chartFigure("Loss", chart, [["faint", "each step"], ["first", "averaged"]], text);
}

/** IoU of the watched validation images. @throws RangeError when there is none. */
export function validationFigure({ iouImage, iouDefect }: TrainingCurves): Html {
  const best = iouImage.reduce((best, point) => point.y >= best.y ? point : best);
  const text = `iou_image is best at step ${best.x}: ${best.y.toFixed(4)}.`;
  const chart = lineChart({
    description: `Curves of validation IoU over steps. ${text}`,
    x: { name: "Step" },
    y: { name: "IoU", ends: [0, 1] },
    lines: [
      { ink: "first", points: iouImage },
      ...(iouDefect.length > 0 ? [{ ink: "second", points: iouDefect } as const] : []),
    ],
  });
  const note =
    `${text} On the validation images that were watched, each time with the threshold that suits them best.`;
  return chartFigure("Validation", chart, [["first", "iou_image"], ["second", "iou_defect"]], note);
}

type Key = readonly (readonly [ink: Ink, name: string])[];

function chartFigure(title: string, chart: Html, key: Key, note: string): Html {
  const entries = key.map(([ink, name]) => html`<li class="${ink}">${name}</li>`);
  return html`
    <figure class="chart">
      <h3>${title}</h3>
      ${entries.length > 0 ? html`<ul class="key">${entries}</ul>` : []} ${chart}
      <figcaption>${note}</figcaption>
    </figure>
  `;
}
