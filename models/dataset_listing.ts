// Recognises how a data set is laid out and lists what is in it. Opens no picture.

import { join } from "@std/path";
import { listNames, listOtherPictures } from "./dataset_files.ts";
import type {
  Found,
  Layout,
  LayoutName,
  Problem,
  ProblemKind,
  ProductFolder,
} from "./dataset_layout.ts";
import { mvtec } from "./dataset_mvtec.ts";
import { pairs } from "./dataset_pairs.ts";
import { sideBySide } from "./dataset_side_by_side.ts";
import { firstOf } from "./first_of.ts";
import { GOOD, type Sample } from "./sample.ts";

export type { LayoutName, Problem, ProblemKind };

/** What a folder holds, by names alone. */
export interface Listing extends Found {
  readonly layout: LayoutName;
  /** Folders of the products, from the root: empty for the root itself, else each ends in `/`. */
  readonly prefixes: readonly string[];
  /** Folders of the root that are no product, where others are and no product was asked for by name. */
  readonly strangers: readonly string[];
}

/** In the order in which they are tried. */
const layouts: readonly Layout[] = [mvtec, pairs, sideBySide];

/**
 * Lists the samples of a data set, sorted by path, and what stands in the way of using it. A root that is itself
 * the one product is called as its folder is, or as `products` says if that is one name. Without `products` all
 * products are taken. Throws Error when no layout fits or a wanted product is absent.
 */
export async function listDataset(root: string, products?: readonly string[]): Promise<Listing> {
  for (const layout of layouts) {
    const there = await layout.findProducts(root);
    if (there.length === 0) continue;
    const chosen = choose(root, there, products);
    const listed = await Promise.all(chosen.map((product) => list(layout, root, product)));
    return {
      layout: layout.name,
      prefixes: chosen.map(({ prefix }) => prefix),
      strangers: products === undefined ? await findStrangers(root, there) : [],
      samples: listed.flatMap(({ samples }) => samples).sort((a, b) => a.path < b.path ? -1 : 1),
      problems: listed.flatMap(({ problems }) => problems),
    };
  }
  const others = await listOtherPictures(root);
  throw new Error(
    `Cannot scan "${root}": it has no product, must have <product>/train/good or <product>/test, ` +
      `images/ beside masks/, or each x.jpg beside its mask x.png` +
      (others.length > 0 ? `; ${firstOf(others)} must be PNG or JPEG` : ""),
  );
}

async function findStrangers(root: string, there: readonly ProductFolder[]): Promise<string[]> {
  if (there.some(({ prefix }) => prefix === "")) return [];
  const names = await listNames(root, "isDirectory");
  return names.filter((name) => !there.some((product) => product.name === name));
}

/** What a defect is called where no folder names it. */
const UNNAMED_DEFECT = "defect";

/**
 * The sample with the label that counts. In MVTec AD's layout that is the folder's; in the others an image is good
 * when its folder says so or its mask is black.
 */
export function labelled(layout: LayoutName, sample: Sample, maskShowsDefect: boolean): Sample {
  if (layout === "mvtec") return sample;
  const { product, path, defect } = sample;
  if (defect === GOOD || !maskShowsDefect) return { product, path, defect: GOOD };
  return { ...sample, defect: defect || UNNAMED_DEFECT };
}

function choose(
  root: string,
  there: readonly ProductFolder[],
  wanted?: readonly string[],
): ProductFolder[] {
  if (wanted === undefined) return [...there];
  const [first] = there;
  const [name] = wanted;
  if (first?.prefix === "" && name !== undefined && wanted.length === 1) {
    return [{ ...first, name }];
  }
  const absent = wanted.filter((name) => !there.some((product) => product.name === name));
  if (absent.length === 0) return there.filter((product) => wanted.includes(product.name));
  const names = there.map((product) => product.name).join(", ");
  throw new Error(`Cannot scan "${root}": it has no ${absent.join(", ")}, products are ${names}`);
}

async function list(layout: Layout, root: string, product: ProductFolder): Promise<Found> {
  const { samples, problems } = await layout.listProduct(root, product);
  if (samples.length > 0 || problems.some(({ kind }) => kind !== "empty-class")) {
    return { samples, problems };
  }
  const path = product.prefix === "" ? "." : product.name;
  const others = (await listOtherPictures(join(root, product.prefix)))
    .map((file) => product.prefix + file);
  const message = `${product.name} has no PNG or JPEG` +
    (others.length > 0 ? `: ${firstOf(others)} must be one` : "");
  return { samples, problems: [{ kind: "empty-product", path, message }, ...problems] };
}
