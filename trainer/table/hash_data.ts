// What a class consists of as one hash: another image, mask or label is another class, whatever the files are called.

import { join } from "@std/path";
import { sha256Hex } from "../../models/package.ts";
import type { Sample } from "../../models/sample.ts";

/** SHA-256, hexadecimal, of the samples in any order: their paths, labels and files. */
export async function hashData(root: string, samples: readonly Sample[]): Promise<string> {
  const lines: string[] = [];
  for (const { path, defect, maskPath } of samples) {
    const files = maskPath === undefined ? [path] : [path, maskPath];
    const hashes: string[] = [];
    for (const file of files) hashes.push(await sha256Hex(await Deno.readFile(join(root, file))));
    lines.push(JSON.stringify([path, defect, ...hashes]));
  }
  return await sha256Hex(new TextEncoder().encode(lines.sort().join("\n")));
}
