// What a data set holds, as text for people. Pure.

import { markdownTable } from "../report/markdown_table.ts";
import type { ClassSummary, Inspection } from "./inspect.ts";

const heading = ["product", "defect", "images", "masks", "size", "colours", "defect pixels"];
const align = ["left", "left", "right", "right", "left", "left", "right"] as const;

/** One row a product and type of defect, good ones among them, below a line with the layout. Markdown. */
export function formatInspection({ layout, classes }: Inspection): string {
  const images = classes.reduce((sum, { images }) => sum + images, 0);
  const products = new Set(classes.map(({ product }) => product)).size;
  const found = `Layout ${layout}: ${count(products, "product")}, ${count(images, "image")}`;
  return `${found}\n\n${markdownTable([heading, ...classes.map(cells)], align)}`;
}

function cells(summary: ClassSummary): string[] {
  const { product, defect, images, masks, grey, sizes, defectShare } = summary;
  const [smallest, largest] = [sizes.smallest.join("×"), sizes.largest.join("×")];
  return [
    product,
    defect,
    String(images),
    String(masks),
    sizes.count === 1 ? smallest : `${smallest} to ${largest} (${sizes.count} sizes)`,
    grey === images ? "grey" : grey === 0 ? "colour" : `colour, ${grey} grey`,
    `${(100 * defectShare).toFixed(2)} %`,
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
