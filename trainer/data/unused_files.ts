// Pictures in a data set's folders that its layout has no use for: most often put in the wrong place. Opens none.

import { dirname, join } from "@std/path";
import { listFiles, PICTURE_FILE } from "../../models/dataset_files.ts";
import type { Listing } from "../../models/dataset_listing.ts";

/** Files that people take for pictures, by their ending. */
const ANY_PICTURE = /\.(png|jpe?g|bmp|tiff?|webp|gif|avif|heic|jp2|p[bgnp]m)$/i;

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
  const named = problems.map(({ path }) => path);
  const isNamed = (path: string) => named.some((one) => path === one || path.startsWith(`${one}/`));
  const unused: string[] = [];
  for (const prefix of prefixes) {
    const paths = (await listFiles(join(root, prefix), ANY_PICTURE)).map((path) => prefix + path);
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
