// The layout with images and masks in two folders: a product, or a folder of products.
//
//   images/<defect>/x.png   masks/<defect>/x.png   or both without the folder between

import { join } from "@std/path";
import { findProductFolders, listNames, listOtherPictures, listPictures } from "./dataset_files.ts";
import type { Layout, Problem } from "./dataset_layout.ts";
import { findEmptyFolders, pairUp } from "./dataset_pairing.ts";

const IMAGES = ["images", "imgs"];
const MASKS = ["masks", "labels", "ground_truth", "annotations"];

/** Folders in the images' folder are types of defects. */
export const pairs: Layout = {
  name: "pairs",
  findProducts: (root) =>
    findProductFolders(root, (folders) => {
      return named(folders, IMAGES).length > 0 && named(folders, MASKS).length > 0;
    }),

  async listProduct(root, { name, prefix }) {
    const folders = await listNames(join(root, prefix), "isDirectory");
    const [images, ...moreImages] = named(folders, IMAGES);
    const [masks, ...moreMasks] = named(folders, MASKS);
    const problems: Problem[] = [...moreImages, ...moreMasks].map((folder) => {
      const chosen = moreMasks.includes(folder) ? masks : images;
      const message = `"${prefix}${folder}" is there beside "${prefix}${chosen}": keep one of them`;
      return { kind: "wrong-folder", path: prefix + folder, message };
    });
    const pictures = async (folder: string) => ({
      prefix: `${prefix}${folder}/`,
      paths: await listPictures(join(root, prefix, folder)),
      others: await listOtherPictures(join(root, prefix, folder)),
    });
    const [ofImages, ofMasks] = [await pictures(images!), await pictures(masks!)];
    const found = pairUp(name, ofImages, ofMasks);
    const empty = await findEmptyFolders(root, ofImages);
    return { samples: found.samples, problems: [...problems, ...empty, ...found.problems] };
  },
};

function named(folders: readonly string[], names: readonly string[]): string[] {
  return folders.filter((folder) => names.includes(folder.toLowerCase()));
}
