// Names of files and folders of a data set. Knows no layout and opens no file.

import { basename, join, resolve } from "@std/path";
import type { ProductFolder } from "./dataset_layout.ts";
import { type EntryKind, namesIn } from "./files.ts";

/** Files that are pictures, by their ending. */
export const PICTURE_FILE = /\.(png|jpe?g)$/i;

/** Sorted names in a folder without hidden ones; an absent folder is empty. */
export async function listNames(folder: string, kind: EntryKind): Promise<string[]> {
  return (await namesIn(folder, kind)).filter((name) => !name.startsWith(".")).sort();
}

/** Sorted paths, from `folder` and with `/`, of the pictures in it however deep. A link to a folder around it is left out. */
export function listPictures(folder: string): Promise<string[]> {
  return listFiles(folder, PICTURE_FILE);
}

/** As `listPictures`, by another ending. */
export async function listFiles(
  folder: string,
  ending: RegExp,
  around: readonly string[] = [],
): Promise<string[]> {
  const files = (await listNames(folder, "isFile")).filter((name) => ending.test(name));
  const folders = await listNames(folder, "isDirectory");
  const path = folders.length === 0 ? "" : await Deno.realPath(folder);
  if (around.includes(path)) return [];
  for (const name of folders) {
    const below = await listFiles(join(folder, name), ending, [...around, path]);
    files.push(...below.map((file) => `${name}/${file}`));
  }
  return files.sort();
}

/** The root if its folders make it a product, else those of its folders whose folders do. */
export async function findProductFolders(
  root: string,
  isProduct: (folders: readonly string[]) => boolean,
): Promise<ProductFolder[]> {
  const names = await listNames(root, "isDirectory");
  if (isProduct(names)) return [rootProduct(root)];
  const found: ProductFolder[] = [];
  for (const name of names) {
    const folders = await listNames(join(root, name), "isDirectory");
    if (isProduct(folders)) found.push({ name, prefix: `${name}/` });
  }
  return found;
}

/** The root as a product, called as the folder is. */
export function rootProduct(root: string): ProductFolder {
  return { name: basename(resolve(root)), prefix: "" };
}

/** A picture's path without its ending. */
export function stem(path: string): string {
  return path.replace(PICTURE_FILE, "");
}
