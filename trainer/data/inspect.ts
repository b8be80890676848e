// Opens every file of a data set once and says what is there and what is wrong. Knows no flag and no table.

import {
  labelled,
  type LayoutName,
  type Listing,
  type Problem,
} from "../../models/dataset_listing.ts";
import { GOOD, type Sample } from "../../models/sample.ts";
import { type Content, inspectSample } from "./inspect_sample.ts";
import { type Inspected, type Warning, warningsOf } from "./inspect_warnings.ts";
import { findStrangers, findUnusedFiles } from "./unused_files.ts";

/** Images of one product with the same label. */
export interface ClassSummary {
  readonly product: string;
  /** `good`, or the type of the defect. */
  readonly defect: string;
  readonly images: number;
  readonly masks: number;
  readonly grey: number;
  /** `[width, height]` of the images with the fewest and the most pixels, and how many sizes there are. */
  readonly sizes: {
    readonly smallest: readonly [number, number];
    readonly largest: readonly [number, number];
    readonly count: number;
  };
  /** Share of the pixels of these images that is outlined, 0..1. */
  readonly defectShare: number;
}

export interface Inspection {
  readonly layout: LayoutName;
  /** By product and defect, without the images that cannot be used. */
  readonly classes: readonly ClassSummary[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** @param onSample Told of each sample that is done. */
export async function inspectDataset(
  root: string,
  listing: Listing,
  onSample: () => void = () => {},
): Promise<Inspection> {
  const { layout } = listing;
  const problems = [...listing.problems];
  const warnings: Warning[] = [];
  const usable: Inspected[] = [];
  for (const sample of listing.samples) {
    const { content, problems: found } = await inspectSample(root, sample);
    problems.push(...found);
    if (content !== undefined) {
      const isOutlined = content.defectPixels > 0;
      usable.push({ ...content, ...labelled(layout, sample, isOutlined) });
      warnings.push(...contradictions(layout, sample, isOutlined));
    }
    onSample();
  }
  warnings.push(...warningsOf(usable));
  for (const unused of await findUnusedFiles(root, listing)) {
    warnings.push({ kind: "unused-files", ...unused });
  }
  for (const stranger of await findStrangers(root, listing)) {
    warnings.push({ kind: "no-product", ...stranger });
  }
  return { layout, classes: summarise(usable), problems, warnings };
}

/** Where folder and mask do not say the same. */
function contradictions(
  layout: LayoutName,
  { path, defect, maskPath }: Sample,
  isOutlined: boolean,
): Warning[] {
  if (defect === GOOD && isOutlined) {
    const message = `"${maskPath}" outlines a defect, but its folder says good: taken as good`;
    return [{ kind: "outlined-good", paths: [path], message }];
  }
  if (defect === GOOD || defect === "" || isOutlined) return [];
  const taken = layout === "mvtec" ? `${defect}, as its folder says` : "good";
  const message = `"${maskPath}" is black: "${path}" is taken as ${taken}`;
  return [{ kind: "empty-mask", paths: [path], message }];
}

function summarise(samples: readonly Inspected[]): ClassSummary[] {
  const key = ({ product, defect }: Sample) => JSON.stringify([product, defect]);
  return [...Map.groupBy(samples, key)].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, ofClass]) => summariseClass(ofClass));
}

function summariseClass(samples: readonly Inspected[]): ClassSummary {
  const { product, defect } = samples[0]!;
  const pixels = ({ width, height }: Content) => width * height;
  const total = (of: (sample: Inspected) => number) => samples.reduce((sum, s) => sum + of(s), 0);
  const bySize = samples.toSorted((a, b) => pixels(a) - pixels(b));
  const size = ({ width, height }: Content) => [width, height] as const;
  return {
    product,
    defect,
    images: samples.length,
    masks: total(({ hasMask }) => Number(hasMask)),
    grey: total(({ isGrey }) => Number(isGrey)),
    sizes: {
      smallest: size(bySize[0]!),
      largest: size(bySize.at(-1)!),
      count: new Set(samples.map((sample) => size(sample).join())).size,
    },
    defectShare: total(({ defectPixels }) => defectPixels) / total(pixels),
  };
}
