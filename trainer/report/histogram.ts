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
  /** Levels of 0..1 that get a line from top to bottom. */
  readonly marks: readonly { readonly name: string; readonly at: number }[];
}

/** Good images below, defective ones on top of them. */
export function scoreHistogram({ description, counts, marks }: Histogram): Html {
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
    ...marks.map((mark, row) => markLine(at, mark, row)),
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

/** @param row Of its name, so that names of near levels do not meet. */
function markLine(at: Scales, { name, at: level }: Histogram["marks"][number], row: number): Html {
  const x = at.x(level);
  const isRight = level > 0.5;
  return html`
    <path class="threshold" d="M${x} ${area.top}V${area.bottom}" />
    <text class="mark-name" x="${x + (isRight ? -7 : 7)}" y="${area.top + 12 + 14 * row}"
      text-anchor="${isRight ? "end" : "start"}">${name} ${level}</text>
  `;
}
