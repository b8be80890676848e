// What every folder layout of a data set answers from names alone. Opens no picture.

import { firstOf } from "./first_of.ts";
import type { Sample } from "./sample.ts";

/** The layouts that are known. */
export type LayoutName = "mvtec" | "pairs" | "side-by-side";

/** A folder that holds one product. */
export interface ProductFolder {
  readonly name: string;
  /** Path from the root: empty for the root itself, else it ends in `/`. */
  readonly prefix: string;
}

/** Why a data set cannot be used as it is. */
export type ProblemKind =
  | "empty-product"
  | "empty-class"
  | "wrong-folder"
  | "missing-mask"
  | "missing-image"
  | "two-masks"
  | "two-images"
  | "mask-size"
  | "unreadable-image"
  | "unreadable-mask";

/** One thing that stands in the way. */
export interface Problem {
  readonly kind: ProblemKind;
  /** The offending file or folder, from the root. */
  readonly path: string;
  /** Further files that it is about, if there are any. */
  readonly others?: readonly string[];
  /** What is wrong with it and what would be right. */
  readonly message: string;
}

/** What a layout finds in a product's folder. */
export interface Found {
  /** Labelled as the folders say; `defect` is empty where none does. What the masks show is not known yet. */
  readonly samples: readonly Sample[];
  readonly problems: readonly Problem[];
}

/** One way to lay out a data set. */
export interface Layout {
  readonly name: LayoutName;
  /** The folders that hold a product each; none when the root is not laid out this way. */
  findProducts(root: string): Promise<ProductFolder[]>;
  listProduct(root: string, product: ProductFolder): Promise<Found>;
}

/** A type of defect whose folder has no picture, or only `others` that are of other formats. */
export function emptyClass(path: string, others: readonly string[] = []): Problem {
  const remedy = others.length === 0
    ? "put some in, or remove the folder"
    : `${firstOf(others)} must be one`;
  return { kind: "empty-class", path, message: `"${path}" has no PNG or JPEG: ${remedy}` };
}

/** Images that only one mask is there for. */
export function twoImages(maskPath: string, images: readonly string[]): Problem {
  const named = images.map((path) => `"${path}"`).join(" and ");
  const message =
    `"${maskPath}" is the mask of ${named}: give each image a name and a mask of its own, or remove one`;
  return { kind: "two-images", path: maskPath, others: images, message };
}
