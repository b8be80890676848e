// What images of a data set show beside each other that may not be meant. Pure.

import { dirname } from "@std/path";
import { GOOD, type Sample } from "../../models/sample.ts";
import { identicalFiles, PARTS } from "../../models/split.ts";
import { countDefects, fewDefectsRemedy } from "../../models/split_defects.ts";
import type { Content } from "./inspect_sample.ts";

/** What can be used, but may not be meant. */
export interface Warning {
  readonly kind:
    | "empty-mask"
    | "outlined-good"
    | "faint-mask"
    | "dark-16-bits"
    | "identical-files"
    | "differing-labels"
    | "few-defects"
    | "not-square"
    | "unused-files"
    | "no-product";
  readonly paths: readonly string[];
  readonly message: string;
}

/** A sample with the label that counts, and what its files hold. */
export type Inspected = Sample & Content;

/** Cameras of 10 and 12 bits reach this where their values are stored as they are. */
const dark16Bits = 4095;

/** Outlines that were smoothed have less than a fifth of this. */
const faintShare = 0.1;

/** A network is usually shown squares of this side, in pixels, and takes sides that are multiples of the other. */
const [usualSide, sideStep] = [256, 32];
/** What one side may have more than the other. */
const usualShape = 1.25;
/** Beyond this a size of their shape would have too few pixels across. */
const longShape = 8;

/** Of samples that can be used, by kind. */
export function warningsOf(samples: readonly Inspected[]): Warning[] {
  return [
    ...twins(samples),
    ...fewDefects(samples),
    ...notSquare(samples),
    ...darkImages(samples),
    ...faintMasks(samples),
  ];
}

function twins(samples: readonly Inspected[]): Warning[] {
  const sha256 = Object.fromEntries(samples.map(({ path, sha256 }) => [path, sha256]));
  const labels = new Map(samples.map(({ path, defect }) => [path, defect]));
  return identicalFiles(sha256).map((paths) => {
    if (new Set(paths.map((path) => labels.get(path))).size === 1) {
      const named = paths.map((path) => `"${path}"`).join(" and ");
      const message = `${named} are the same file: a split keeps them in the same part`;
      return { kind: "identical-files", paths, message };
    }
    const named = paths.map((path) => `"${path}" (${labels.get(path)})`).join(" and ");
    const message =
      `${named} are the same file under different labels: remove what is labelled wrong`;
    return { kind: "differing-labels", paths, message };
  });
}

function fewDefects(samples: readonly Inspected[]): Warning[] {
  const sha256 = Object.fromEntries(samples.map(({ path, sha256 }) => [path, sha256]));
  const few = [...countDefects(samples, sha256)].filter(([, count]) => count < PARTS.length);
  return few.map(([product, count]) => {
    const defective = samples.filter((sample) =>
      sample.product === product && sample.defect !== GOOD
    );
    const has = `${product} has ${count} image${count === 1 ? "" : "s"} with a defect`;
    const paths = defective.map(({ path }) => path);
    return { kind: "few-defects", paths, message: `${has}, ${fewDefectsRemedy}` };
  });
}

/** Where most of a product's images are squeezed: the size of about as many pixels that leaves them their shape. */
function notSquare(samples: readonly Inspected[]): Warning[] {
  const products = Map.groupBy(samples, ({ product }) => product);
  return [...products].flatMap(([product, ofProduct]) => {
    const shapes = ofProduct.map(({ width, height }) => width / height).sort((a, b) => a - b);
    const middle = shapes[shapes.length >> 1]!;
    const isSquare = ({ width, height }: Pick<Inspected, "width" | "height">) =>
      Math.max(width / height, height / width) <= usualShape;
    if (isSquare({ width: middle, height: 1 })) return [];
    const sideOf = (side: number) => sideStep * Math.max(1, Math.round(side / sideStep));
    const width = sideOf(usualSide * Math.sqrt(middle));
    const height = sideOf(usualSide / Math.sqrt(middle));
    const paths = ofProduct.filter((sample) => !isSquare(sample)).map(({ path }) => path);
    const remedy = Math.max(middle, 1 / middle) > longShape
      ? "better cut into pieces"
      : `by --size ${width}x${height} hardly`;
    const shape = `${middle.toFixed(2)} times as wide as high (median)`;
    const message =
      `images of ${product} are ${shape}: shown at the usual ${usualSide}×${usualSide} they are squeezed, ${remedy}`;
    return [{ kind: "not-square", paths, message }];
  });
}

function darkImages(samples: readonly Inspected[]): Warning[] {
  const largest = ({ largestOf16Bits = Infinity }: Inspected) => largestOf16Bits;
  const dark = samples.filter((sample) => largest(sample) <= dark16Bits);
  return byFolder(dark, ({ path }) => path).map(({ paths, ofFolder, named }) => {
    const has = paths.length === 1 ? "has" : "have";
    const most = Math.max(...ofFolder.map(largest));
    const message =
      `${named} ${has} 16 bits a channel, never above ${most}: only the upper byte is used; ` +
      `scale to 65535, or save as 8 bits`;
    return { kind: "dark-16-bits", paths, message };
  });
}

function faintMasks(samples: readonly Inspected[]): Warning[] {
  const faint = samples.filter((sample) =>
    sample.maskPath !== undefined && sample.faintShare > faintShare
  );
  return byFolder(faint, ({ maskPath }) => maskPath!).map(({ paths, ofFolder, named }) => {
    const most = Math.round(100 * Math.max(...ofFolder.map(({ faintShare }) => faintShare)));
    const [has, upTo] = paths.length === 1 ? ["has", ""] : ["have", "up to "];
    const message = `${named} ${has} areas from 1 to 127, ${upTo}${most} % of what is not black: ` +
      `they count as sound, 255 is defect`;
    return { kind: "faint-mask", paths, message };
  });
}

/** Samples of one folder after the other, and how a message names them. */
function byFolder(
  samples: readonly Inspected[],
  pathOf: (sample: Inspected) => string,
): { paths: string[]; ofFolder: Inspected[]; named: string }[] {
  const groups = Map.groupBy(samples, (sample) => dirname(pathOf(sample)));
  return [...groups.values()].map((ofFolder) => {
    const paths = ofFolder.map(pathOf);
    const more = paths.length === 1 ? "" : ` and ${paths.length - 1} more beside it`;
    return { paths, ofFolder, named: `"${paths[0]}"${more}` };
  });
}
