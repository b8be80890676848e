// MVTec AD's layout as downloaded: a product, or a folder of products (Bergmann et al., "MVTec AD", CVPR 2019).
//
//   train/good/*.png   test/good/*.png   test/<defect>/*.png   ground_truth/<defect>/*_mask.png

import { join } from "@std/path";
import { ANY_PICTURE_FILE, findProductFolders, listNames, PICTURE_FILE } from "./dataset_files.ts";
import { emptyClass, type Found, type Layout, type Problem, twoImages } from "./dataset_layout.ts";
import { GOOD, type Sample } from "./sample.ts";

/** Any of the folders may be absent, but not both of `train` and `test`. Its folders decide what is good, not the masks. */
export const mvtec: Layout = {
  name: "mvtec",
  findProducts: (root) =>
    findProductFolders(root, (folders) => folders.includes("train") || folders.includes("test")),

  async listProduct(root, { name: product, prefix }) {
    const samples: Sample[] = [];
    const problems: Problem[] = [];
    for (const part of ["train", "test"]) {
      for (const defect of await listNames(join(root, prefix, part), "isDirectory")) {
        const folder = `${prefix}${part}/${defect}`;
        const files = await listNames(join(root, folder), "isFile");
        const names = files.filter((name) => PICTURE_FILE.test(name));
        if (defect === GOOD) {
          samples.push(...names.map((name) => ({ product, path: `${folder}/${name}`, defect })));
        } else if (part === "train") {
          const message = `${prefix}${part} has "${defect}", only "good" may be there`;
          problems.push({ kind: "wrong-folder", path: folder, message });
        } else if (names.length === 0) {
          const others = files.filter((name) => ANY_PICTURE_FILE.test(name));
          problems.push(emptyClass(folder, others.map((name) => `${folder}/${name}`)));
        } else {
          const found = await withMasks(root, `${prefix}ground_truth/${defect}`, folder, names);
          samples.push(...found.pairs.map((pair) => ({ product, defect, ...pair })));
          problems.push(...found.problems);
        }
      }
    }
    return { samples, problems };
  },
};

async function withMasks(
  root: string,
  maskFolder: string,
  folder: string,
  names: readonly string[],
): Promise<{ pairs: Pick<Required<Sample>, "path" | "maskPath">[]; problems: Found["problems"] }> {
  const masks = new Set(await listNames(join(root, maskFolder), "isFile"));
  const problems: Problem[] = [];
  const pairs: Pick<Required<Sample>, "path" | "maskPath">[] = [];
  const byMask = Map.groupBy(names, (name) => name.replace(PICTURE_FILE, "_mask.png"));
  for (const [mask, images] of byMask) {
    const maskPath = `${maskFolder}/${mask}`;
    const paths = images.map((name) => `${folder}/${name}`);
    if (masks.has(mask) && paths.length > 1) problems.push(twoImages(maskPath, paths));
    else if (masks.has(mask)) pairs.push({ path: paths[0]!, maskPath });
    else {
      problems.push(...paths.map((path): Problem => {
        const message = `"${path}" has no mask, must be "${maskPath}"`;
        return { kind: "missing-mask", path, message };
      }));
    }
  }
  return { pairs, problems };
}
