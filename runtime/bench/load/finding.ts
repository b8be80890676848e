// What a scenario found: figures, each with the bar that it must reach. Prints them.

import { formatTable } from "../../engine/table.ts";

export interface Finding {
  readonly name: string;
  readonly value: number;
  /** "ms", "frames/s", "%" or nothing. */
  readonly unit: string;
  /** Absent for a figure that only explains the others. */
  readonly bar?: { readonly most: number } | { readonly least: number };
}

/** Whether the bar is reached; NaN never is. */
export function passes({ value, bar }: Finding): boolean {
  if (bar === undefined) return true;
  return "most" in bar ? value <= bar.most : value >= bar.least;
}

export function formatFindings(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => {
    const { name, value, unit, bar } = finding;
    const limit = bar === undefined
      ? ""
      : "most" in bar
      ? `≤ ${number(bar.most)}`
      : `≥ ${number(bar.least)}`;
    return [name, number(value), unit, limit, bar && !passes(finding) ? "missed" : ""];
  });
  return formatTable([["", "measured", "", "bar", ""], ...rows], [
    ...["left", "right", "left", "left", "left"] as const,
  ]);
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 100 ? 2 : 0);
}
