// Results beside the published ones, for people. Reads no file.

import { markdownTable } from "../report/markdown_table.ts";
import type { CellResult } from "./cell.ts";
import { publishedIou, type PublishedNetwork } from "./published.ts";

const networks = ["unet", "resunet", "dpt"] as const satisfies readonly PublishedNetwork[];
const titles: Readonly<Record<PublishedNetwork, string>> = {
  ...{ unet: "U-Net", resunet: "ResU-Net", dpt: "DPT" },
};

/** A cell as the table shows it. */
export interface TableRow extends CellResult {
  /** What the truth of its test part itself would score one pixel too wide. */
  readonly onePixel: number;
}

/** The published number of a class and network, as `iou_image`. */
export function publishedOf({ product, network }: Pick<CellResult, "product" | "network">) {
  return networks.some((name) => name === network)
    ? publishedIou[product]?.[network as PublishedNetwork]
    : undefined;
}

/**
 * Tables in Markdown: the published one with ours of the first split beside it, a row a class; then, where there is more than
 * one split, the means over them; then a row a training with all it was made by. A dash where nothing was measured or published.
 *
 * @param results Those of the first split first; at least one.
 */
export function formatTable(results: readonly TableRow[]): string {
  const classes = [...new Set(results.map(({ product }) => product))].sort();
  const known = classes.filter((name) => Object.hasOwn(publishedIou, name)).length;
  const of = Object.keys(publishedIou).length;
  const ofFirst = results.filter(({ splitSeed }) => splitSeed === results[0]!.splitSeed);
  return [
    `${known} of ${of} classes, \`iou_image\` on the test part; in each cell ours, then the paper's:`,
    besidePublished(ofFirst, classes),
    ...(ofFirst.length < results.length
      ? ["Mean ± standard deviation over splits:", overSplits(results)]
      : []),
    "Each training:",
    trainings(results),
  ].join("\n\n");
}

function besidePublished(results: readonly TableRow[], classes: readonly string[]): string {
  const cell = (product: string, network: PublishedNetwork) => {
    const ours = results.find((one) => one.product === product && one.network === network);
    return `${digits(ours?.iouImage)} / ${digits(publishedIou[product]?.[network])}`;
  };
  const ofClass = (product: string) => results.find((one) => one.product === product);
  return markdownTable(
    [
      ["class", ...networks.map((name) => titles[name]), "all_empty", "one pixel wide"],
      ...classes.map((product) => [
        product,
        ...networks.map((network) => cell(product, network)),
        digits(ofClass(product)?.allEmpty),
        digits(ofClass(product)?.onePixel),
      ]),
    ],
    ["left", ...networks.map(() => "right" as const), "right", "right"],
  );
}

function overSplits(results: readonly CellResult[]): string {
  const groups = Map.groupBy(
    results.toSorted(byClassAndNetwork),
    ({ product, network, preset }) => `${product} ${network} ${preset}`,
  );
  const rows = [...groups.values()].map((group) => [
    ...trained(group[0]!),
    ...(["iouImage", "allEmpty", "iouDefect"] as const).map((metric) =>
      meanAndDeviation(group.map((one) => one[metric]))
    ),
    String(group.length),
  ]);
  return markdownTable(
    [["class", "network", "iou_image", "all_empty", "iou_defect", "splits"], ...rows],
    ["left", "left", "right", "right", "right", "right"],
  );
}

/** The deviation of a sample; none of one value. */
function meanAndDeviation(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return digits(mean);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${digits(mean)} ± ${digits(Math.sqrt(squares / (values.length - 1)))}`;
}

function trainings(results: readonly CellResult[]): string {
  const rows = results.toSorted(byClassAndNetwork).map((one) => [
    ...trained(one),
    digits(one.iouImage),
    digits(publishedOf(one)),
    digits(one.allEmpty),
    digits(one.iouDefect),
    String(one.images),
    `${one.steps} × ${one.batch}`,
    `${one.seed}, ${one.splitSeed}`,
  ]);
  const head = ["class", "network", "iou_image", "paper", "all_empty", "iou_defect"];
  return markdownTable(
    [[...head, "images", "steps × batch", "seed, split"], ...rows],
    ["left", "left", ...new Array<"right">(7).fill("right")],
  );
}

/** Its class and its network. */
function trained({ product, network, preset, pretrained }: CellResult): [string, string] {
  return [product, `${network} ${preset}${pretrained ? ", pretrained" : ""}`];
}

function byClassAndNetwork(a: CellResult, b: CellResult): number {
  return a.product.localeCompare(b.product) || order(a.network) - order(b.network);
}

function order(network: string): number {
  return networks.findIndex((name) => name === network);
}

function digits(value: number | undefined): string {
  return value === undefined ? "–" : value.toFixed(4);
}
