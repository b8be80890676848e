// The layout with every mask beside its image: x.jpg is the image, x.png its mask. One product.
//
//   <defect>/x.jpg   <defect>/x.png   with any folders between, or all in the root

import { listOtherPictures, listPictures, rootProduct, stem } from "./dataset_files.ts";
import type { Layout } from "./dataset_layout.ts";
import { findEmptyFolders, pairUp } from "./dataset_pairing.ts";

const MASK_FILE = /\.png$/i;

/** Folders in the root are types of defects. The magnetic tiles of Huang et al. (CASE 2018) come so. */
export const sideBySide: Layout = {
  name: "side-by-side",
  async findProducts(root) {
    return hasPair(await listPictures(root)) ? [rootProduct(root)] : [];
  },

  async listProduct(root, { name }) {
    const all = await listPictures(root);
    const inRoot = all.filter((path) => !path.includes("/"));
    // Pictures beside the folders of a data set are figures of its description.
    const isMeant = (path: string) => hasPair(inRoot) || path.includes("/");
    const paths = all.filter(isMeant);
    const others = (await listOtherPictures(root)).filter(isMeant);
    const masks = paths.filter((path) => MASK_FILE.test(path));
    const images = paths.filter((path) => !MASK_FILE.test(path));
    const found = pairUp(name, { prefix: "", paths: images, others }, { prefix: "", paths: masks });
    const empty = await findEmptyFolders(root, { prefix: "", paths, others });
    return { samples: found.samples, problems: [...empty, ...found.problems] };
  },
};

function hasPair(paths: readonly string[]): boolean {
  const images = new Set(paths.filter((path) => !MASK_FILE.test(path)).map(stem));
  return paths.some((path) => MASK_FILE.test(path) && images.has(stem(path)));
}
