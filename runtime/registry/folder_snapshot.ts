// What a models folder looks like from outside: which packages, and is each whole? Reads cards and sizes, no
// hashes: loading does that.

import { join } from "@std/path";
import { parseCard } from "../../models/card.ts";
import { listPackages } from "../../models/package.ts";

export interface PackageSeen {
  readonly name: string;
  readonly version: string;
  /** Changes when a file comes, goes, grows or is written again. */
  readonly signature: string;
  /** What is missing or wrong so far; undefined when all is there. */
  readonly problem: string | undefined;
}

/** By "name/version". */
export type FolderSnapshot = ReadonlyMap<string, PackageSeen>;

/** Packages above this are not looked at: somebody has named the wrong folder. */
const MAX_PACKAGES = 1000;

export async function readFolder(root: string): Promise<FolderSnapshot> {
  const seen = new Map<string, PackageSeen>();
  for (const { name, version, dir } of (await listPackages(root)).slice(-MAX_PACKAGES)) {
    const files = await listFiles(dir);
    const signature = [...files].map(([file, { size, mtime }]) =>
      `${file}:${size}:${mtime?.getTime()}`
    ).sort().join(" ");
    const problem = await findProblem(dir, files);
    seen.set(`${name}/${version}`, { name, version, signature, problem });
  }
  return seen;
}

async function listFiles(dir: string): Promise<Map<string, Deno.FileInfo>> {
  const files = new Map<string, Deno.FileInfo>();
  try {
    for await (const { name } of Deno.readDir(dir)) {
      files.set(name, await Deno.stat(join(dir, name)));
    }
  } catch (error) {
    // It is being written, renamed or removed at this very moment.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files;
}

async function findProblem(
  dir: string,
  files: ReadonlyMap<string, Deno.FileInfo>,
): Promise<string | undefined> {
  if (!files.has("card.json")) return "card.json is missing";
  try {
    const card = parseCard(JSON.parse(await Deno.readTextFile(join(dir, "card.json"))));
    for (const variant of Object.values(card.variants)) {
      const size = variant && files.get(variant.file)?.size;
      if (size === variant?.bytes) continue;
      return `${variant?.file} has ${size ?? "no"} bytes, card says ${variant?.bytes}`;
    }
    return files.has(card.golden.file) ? undefined : `${card.golden.file} is missing`;
  } catch (error) {
    return (error as Error).message;
  }
}
