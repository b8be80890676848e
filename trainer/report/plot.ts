// A chart's frame: two axes with ticks, grid and names, as SVG. What is drawn in it, and its colours, are others' matter.

import { type Html, html } from "./html.ts";
import type { Ticks } from "./ticks.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Axis {
  /** What is measured, with its unit. */
  readonly name: string;
  /** The first and the last are the ends of the axis. */
  readonly ticks: Ticks;
}

/** From values to units of the drawing. */
export interface Scales {
  x(value: number): number;
  y(value: number): number;
}

/** The area between the axes, in units of the drawing. */
export const area = { left: 54, right: 546, top: 12, bottom: 252 } as const;
const size = { width: 560, height: 300 } as const;

/**
 * Draws axes and what belongs between them.
 *
 * @param description Says what is to be seen, to whom does not see it.
 */
export function plot(
  description: string,
  axes: { readonly x: Axis; readonly y: Axis },
  draw: (at: Scales) => readonly Html[],
): Html {
  const at: Scales = {
    x: scale(axes.x.ticks, area.left, area.right),
    y: scale(axes.y.ticks, area.bottom, area.top),
  };
  const middle = { x: (area.left + area.right) / 2, y: (area.top + area.bottom) / 2 };
  const across = axes.x.ticks.values.map((value) =>
    html`
      <text class="tick" x="${at.x(value)}" y="${area.bottom + 18}" text-anchor="middle">
        ${value.toFixed(axes.x.ticks.decimals)}
      </text>
    `
  );
  const up = axes.y.ticks.values.map((value) =>
    html`
      <path class="grid" d="M${area.left} ${at.y(value)}H${area.right}" />
      <text class="tick" x="${area.left - 8}" y="${at.y(value) + 4}" text-anchor="end">
        ${value.toFixed(axes.y.ticks.decimals)}
      </text>
    `
  );
  return html`
    <svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${description}">
      ${up}
      <path class="axis" d="M${area.left} ${area.bottom}H${area.right}" />
      ${across}
      <text class="axis-name" x="${middle.x}" y="${size.height - 8}" text-anchor="middle">
        ${axes.x.name}
      </text>
      <text class="axis-name" transform="translate(12 ${middle
        .y}) rotate(-90)" text-anchor="middle">
        ${axes.y.name}
      </text>
      ${draw(at)}
    </svg>
  `;
}

function scale({ values }: Ticks, from: number, to: number): (value: number) => number {
  const [low, high] = [values[0]!, values.at(-1)!];
  return (value) => tenths(from + (value - low) / (high - low) * (to - from));
}

/** A tenth of a unit is finer than any screen's pixel here. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
