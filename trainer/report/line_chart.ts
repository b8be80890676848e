// Lines over two axes, as SVG. Knows not what they mean.

import { type Html, html } from "./html.ts";
import { plot, type Point, type Scales } from "./plot.ts";
import { niceTicks } from "./ticks.ts";

/** Which of the page's colours a line or a bar has. */
export type Ink = "first" | "second" | "faint";

export interface Line {
  readonly ink: Ink;
  /** In the order in which they are joined; finite. */
  readonly points: readonly Point[];
}

export interface LineChart {
  /** Says what is to be seen, to whom does not see it. */
  readonly description: string;
  readonly x: LineAxis;
  readonly y: LineAxis;
  readonly lines: readonly Line[];
  /** A point with a word at it. */
  readonly mark?: Point & { readonly text: string };
}

export interface LineAxis {
  readonly name: string;
  /** Lowest and highest value that must be on it. @default what the points have */
  readonly ends?: readonly [number, number];
}

/** @throws RangeError when there is no point, or one that is not finite. */
export function lineChart({ description, x, y, lines, mark }: LineChart): Html {
  const points = lines.flatMap((line) => line.points);
  const axis = ({ name, ends }: LineAxis, of: (point: Point) => number) => {
    const [low, high] = ends ?? extent(points.map(of));
    return { name, ticks: niceTicks(low, high) };
  };
  const axes = { x: axis(x, (point) => point.x), y: axis(y, (point) => point.y) };
  return plot(description, axes, (at) => [
    ...lines.map((line) => html`<path class="line ${line.ink}" d="${pathOf(line.points, at)}" />`),
    ...(mark === undefined ? [] : [drawMark(mark, at)]),
  ]);
}

/** Points nearer than half a unit to the one before are not seen, and left out: an exact curve may have millions. */
function pathOf(points: readonly Point[], at: Scales): string {
  let [lastX, lastY] = [NaN, NaN];
  const steps: string[] = [];
  points.forEach((point, i) => {
    const [x, y] = [at.x(point.x), at.y(point.y)];
    const isLast = i === points.length - 1;
    if (!isLast && Math.abs(x - lastX) < 0.5 && Math.abs(y - lastY) < 0.5) return;
    [lastX, lastY] = [x, y];
    steps.push(`${x} ${y}`);
  });
  return `M${steps.join("L")}`;
}

function drawMark({ x, y, text }: Point & { readonly text: string }, at: Scales): Html {
  const [left, top] = [at.x(x), at.y(y)];
  // To the left: what is marked on a curve of precision lies at its right end, if all is well.
  return html`
    <circle class="mark" cx="${left}" cy="${top}" r="4.5" />
    <text class="mark-name" x="${left - 10}" y="${top + 16}" text-anchor="end">${text}</text>
  `;
}

/** Not `Math.min(...values)`: millions of arguments overflow the stack. */
function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
