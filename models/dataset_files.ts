// Names of files and folders of a data set. Knows no layout and opens no file.

import { basename, join, resolve } from "@std/path";
import type { ProductFolder } from "./dataset_layout.ts";

/** Files that are pictures, by their ending. */
export const PICTURE_FILE = /\.(png|jpe?g)$/i;

/** Sorted names in a folder without hidden ones; an absent folder is empty. */
export async function listNames(
  folder: string,
  kind: "isFile" | "isDirectory",
): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter((entry) => entry[kind] && !entry.name.startsWith("."))
      .map((entry) => entry.name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Sorted paths, from `folder` and with `/`, of the pictures in it however deep. */
export async function listPictures(folder: string): Promise<string[]> {
  const pictures = (await listNames(folder, "isFile")).filter((name) => PICTURE_FILE.test(name));
  for (const name of await listNames(folder, "isDirectory")) {
    pictures.push(...(await listPictures(join(folder, name))).map((path) => `${name}/${path}`));
  }
  return pictures.sort();
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
