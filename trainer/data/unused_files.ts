// Pictures in a data set's folders that its layout has no use for: most often put in the wrong place. Opens none.

import { dirname, join } from "@std/path";
import { ANY_PICTURE_FILE, listFiles, PICTURE_FILE } from "../../models/dataset_files.ts";
import type { LayoutName, Listing } from "../../models/dataset_listing.ts";

/** Pictures of one folder that are not used for one reason. */
export interface UnusedFiles {
  /** From the root, with `/`. */
  readonly paths: readonly string[];
  readonly message: string;
}

/** By folder and reason. What a problem of the listing names is not named again. */
export async function findUnusedFiles(
  root: string,
  { layout, prefixes, samples, problems }: Listing,
): Promise<UnusedFiles[]> {
  const used = new Set(samples.flatMap(({ path, maskPath = path }) => [path, maskPath]));
  const named = problems.flatMap(({ path, others = [] }) => [path, ...others]);
  const isNamed = (path: string) => named.some((one) => path === one || path.startsWith(`${one}/`));
  const unused: string[] = [];
  for (const prefix of prefixes) {
    const paths = (await listFiles(join(root, prefix), ANY_PICTURE_FILE)).map((path) =>
      prefix + path
    );
    unused.push(...paths.filter((path) => !used.has(path) && !isNamed(path)));
  }
  const reasonOf = (path: string) =>
    PICTURE_FILE.test(path)
      ? `layout ${layout} has no image or mask there`
      : "images and masks must be PNG or JPEG";
  const groups = Map.groupBy(unused, (path) => JSON.stringify([dirname(path), reasonOf(path)]));
  return [...groups.values()].map((paths) => {
    const [first = "", ...more] = paths;
    const what = more.length === 0 ? "is" : `and ${more.length} more beside it are`;
    return { paths, message: `"${first}" ${what} not used: ${reasonOf(first)}` };
  });
}

/** What a folder needs to be a product, where products are folders. */
const needs: Readonly<Partial<Record<LayoutName, string>>> = {
  mvtec: "train/ or test/, written small",
  pairs: "images/ beside masks/",
};

/** Folders beside the products that hold pictures. */
export async function findStrangers(
  root: string,
  { layout, strangers }: Pick<Listing, "layout" | "strangers">,
): Promise<UnusedFiles[]> {
  const found: UnusedFiles[] = [];
  for (const name of strangers) {
    const files = await listFiles(join(root, name), ANY_PICTURE_FILE);
    if (files.length === 0) continue;
    const message = `"${name}" holds ${files.length} picture${files.length === 1 ? "" : "s"} ` +
      `but is no product: in layout ${layout} one has ${needs[layout]}`;
    found.push({ paths: files.map((path) => `${name}/${path}`), message });
  }
  return found;
}
