// Images and masks that belong together by equal names, and what the folder of an image says. Opens no picture.

import { join } from "@std/path";
import { listNames, stem } from "./dataset_files.ts";
import { emptyClass, type Found, type Problem, twoImages } from "./dataset_layout.ts";
import { GOOD, type Sample } from "./sample.ts";

const GOOD_WORDS = new Set(["good", "ok", "normal", "free", "sound"]);
const NEGATIONS = new Set(["no", "not", "non"]);

/**
 * Whether a folder's name says that what is in it has no defect: one of its words is good, ok, normal, free or
 * sound, and none is no, not or non. `MT_Free`, `defect-free` and `OK` do, `not_ok` does not.
 */
export function saysGood(folder: string): boolean {
  const words = folder.toLowerCase().split(/[^a-z]+/);
  return words.some((word) => GOOD_WORDS.has(word)) && !words.some((word) => NEGATIONS.has(word));
}

/** Pictures under a folder of the root. */
export interface Pictures {
  /** Path of the folder from the root: empty, or ends in `/`. */
  readonly prefix: string;
  /** From that folder, with `/`. */
  readonly paths: readonly string[];
  /** Of other formats, which cannot be used. */
  readonly others?: readonly string[];
}

/**
 * Pairs each image with the mask that has the same path without its ending. The first folder of the image's path
 * names its defect, however deep the image lies. Only where that name says good may the mask be absent, or another's.
 */
export function pairUp(product: string, images: Pictures, masks: Pictures): Found {
  const samples: Sample[] = [];
  const problems: Problem[] = [];
  const masksByStem = Map.groupBy(masks.paths, stem);
  const imagesByStem = Map.groupBy(images.paths, stem);
  for (const image of images.paths) {
    const path = images.prefix + image;
    const found = masksByStem.get(stem(image)) ?? [];
    const [mask, second] = found;
    const defect = defectOf(image);
    if (mask === undefined && defect !== GOOD) {
      const message = `"${path}" has no mask, must be "${masks.prefix}${stem(image)}.png"; ` +
        `an image without a defect needs a black one, or a folder called good`;
      problems.push({ kind: "missing-mask", path, message });
      continue;
    }
    if (second !== undefined) {
      const message = `"${path}" has two masks, "${mask}" and "${second}": remove one`;
      const others = found.map((mask) => masks.prefix + mask);
      problems.push({ kind: "two-masks", path, others, message });
      continue;
    }
    const alike = imagesByStem.get(stem(image)) ?? [];
    if (mask !== undefined && alike.length > 1 && defect !== GOOD) {
      if (alike[0] !== image) continue; // named with the first
      problems.push(twoImages(masks.prefix + mask, alike.map((path) => images.prefix + path)));
      continue;
    }
    samples.push({
      ...{ product, path, defect },
      ...(mask !== undefined && { maskPath: masks.prefix + mask }),
    });
  }
  const othersByStem = Map.groupBy(images.others ?? [], stem);
  for (const mask of masks.paths.filter((mask) => !imagesByStem.has(stem(mask)))) {
    const path = masks.prefix + mask;
    const [other] = othersByStem.get(stem(mask)) ?? [];
    if (other !== undefined) {
      const image = images.prefix + other;
      const message = `"${image}", whose mask is "${path}", must be PNG or JPEG`;
      problems.push({ kind: "unreadable-image", path: image, others: [path], message });
      continue;
    }
    const message = `"${path}" is a mask without an image: it must be "${images.prefix}` +
      `${stem(mask)}.jpg" or another picture of that name`;
    problems.push({ kind: "missing-image", path, message });
  }
  return { samples, problems };
}

/** The folders directly in the images' folder that hold no picture. */
export async function findEmptyFolders(
  root: string,
  { prefix, paths, others = [] }: Pictures,
): Promise<Problem[]> {
  const folders = await listNames(join(root, prefix), "isDirectory");
  return folders.filter((folder) => !paths.some((path) => path.startsWith(`${folder}/`)))
    .map((folder) => {
      const ofFolder = others.filter((path) => path.startsWith(`${folder}/`));
      return emptyClass(prefix + folder, ofFolder.map((path) => prefix + path));
    });
}

/** Empty where the image lies in no folder. */
function defectOf(path: string): string {
  const [folder, ...rest] = path.split("/");
  if (folder === undefined || rest.length === 0) return "";
  return saysGood(folder) ? GOOD : folder;
}
