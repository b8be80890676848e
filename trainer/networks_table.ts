// What the networks cost, as a table for people.

import { markdownTable } from "./report/markdown_table.ts";
import type { NetworkFacts } from "./network_facts.ts";

export interface NetworkRow extends NetworkFacts {
  readonly network: string;
  readonly preset: string;
}

/** One row a preset. Parameters in millions, multiply-adds in thousand millions, files in MB of 10⁶ bytes. Markdown. */
export function formatNetworks(rows: readonly NetworkRow[]): string {
  const text = ["network", "preset"];
  const numbers = [
    ...["parameters (M)", "multiply-adds (G)", "taps", "features"],
    ...["ONNX nodes", "fp32 file (MB)"],
  ];
  return markdownTable(
    [[...text, ...numbers], ...rows.map(cells)],
    [...text.map(() => "left" as const), ...numbers.map(() => "right" as const)],
  );
}

function cells(row: NetworkRow): string[] {
  const { network, preset, parameters, multiplyAdds, taps, features, nodes, bytes } = row;
  return [
    ...[network, preset, (parameters / 1e6).toFixed(2), (multiplyAdds / 1e9).toFixed(2)],
    ...[taps.join(", ") || "–", String(features), String(nodes), (bytes / 1e6).toFixed(1)],
  ];
}
