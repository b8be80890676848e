// How the scores of good and of defective images are spread, as stacked bars in SVG.

import { type Html, html } from "./html.ts";
import type { Ink } from "./line_chart.ts";
import { area, plot, type Scales } from "./plot.ts";
import { niceTicks } from "./ticks.ts";

/** How many images are in each bin; bins of equal width over 0..1. */
export interface ScoreCounts {
  readonly good: readonly number[];
  readonly defective: readonly number[];
}

export interface Histogram {
  /** Says what is to be seen, to whom does not see it. */
  readonly description: string;
  /** Both of one length. */
  readonly counts: ScoreCounts;
  /** Gets a line from top to bottom, 0..1. */
  readonly threshold: number;
}

/** Good images below, defective ones on top of them. */
export function scoreHistogram({ description, counts, threshold }: Histogram): Html {
  const { good, defective } = counts;
  const highest = Math.max(1, ...good.map((count, bin) => count + defective[bin]!));
  const axes = {
    x: { name: "Score of the image", ticks: niceTicks(0, 1) },
    y: { name: "Images", ticks: niceTicks(0, highest, Math.min(5, highest)) }, // no half images
  };
  return plot(description, axes, (at) => [
    ...good.flatMap((count, bin) => {
      const sides = [bin / good.length, (bin + 1) / good.length] as const;
      return [
        ...bar(at, sides, [0, count], "first"),
        ...bar(at, sides, [count, count + defective[bin]!], "second"),
      ];
    }),
    thresholdLine(at, threshold),
  ]);
}

type Range = readonly [low: number, high: number];

/** One unit of space on either side keeps neighbours apart. */
function bar(at: Scales, [left, right]: Range, [low, high]: Range, ink: Ink): Html[] {
  if (low === high) return [];
  const [from, to] = [at.x(left) + 1, at.x(right) - 1];
  return [html`
    <path class="bar ${ink}" d="M${from} ${at.y(low)}V${at.y(high)}H${to}V${at.y(low)}Z" />
  `];
}

function thresholdLine(at: Scales, threshold: number): Html {
  const x = at.x(threshold);
  const isRight = threshold > 0.5;
  return html`
    <path class="threshold" d="M${x} ${area.top}V${area.bottom}" />
    <text class="mark-name" x="${x + (isRight ? -7 : 7)}" y="${area.top + 12}"
      text-anchor="${isRight ? "end" : "start"}">threshold ${threshold}</text>
  `;
}
