// Puts a package on disk, whole or not at all.

import { dirname, join } from "@std/path";
import { type Card, parseCard } from "../../models/card.ts";
import { openPackage, PackageError, sha256Hex } from "../../models/package.ts";
import { exists } from "../../models/files.ts";

/** What the card says before the files are known. */
export type CardDraft = Omit<Card, "schema" | "variants" | "golden">;

export interface PackageFiles {
  /** The float32 graph. */
  readonly fp32: Uint8Array<ArrayBuffer>;
  /** `golden.safetensors`. */
  readonly golden: Uint8Array<ArrayBuffer>;
  /** Largest |Δ| that a box's map may have from the golden one. */
  readonly tolerance: number;
}

/**
 * Folder of a version that may be written.
 *
 * @throws PackageError `card` when it exists already and `replace` is not set: a version never changes by accident.
 */
export async function claimVersion(
  root: string,
  { name, version }: Pick<CardDraft, "name" | "version">,
  replace: boolean,
): Promise<string> {
  const dir = join(root, name, version);
  if (!replace && await exists(dir)) {
    throw new PackageError(
      "card",
      `Cannot write package "${dir}": it exists; choose another version or replace it with --replace`,
    );
  }
  return dir;
}

/**
 * Writes `<root>/<name>/<version>` in a folder beside it, opens it as a runtime would, and moves it into place.
 *
 * @returns The package's folder.
 * @throws PackageError as `claimVersion`.
 */
export async function writePackage(
  root: string,
  draft: CardDraft,
  files: PackageFiles,
  replace = false,
): Promise<string> {
  const dir = await claimVersion(root, draft, replace);
  const card = parseCard({
    schema: "lineside.card/1",
    ...draft,
    variants: {
      fp32: {
        file: "fp32.onnx",
        dtype: "float32",
        bytes: files.fp32.length,
        sha256: await sha256Hex(files.fp32),
      },
    },
    golden: {
      file: "golden.safetensors",
      sha256: await sha256Hex(files.golden),
      tolerance: files.tolerance,
    },
  });

  await Deno.mkdir(dirname(dir), { recursive: true });
  const staging = await Deno.makeTempDir({ dir: dirname(dir), prefix: ".writing-" });
  const [ready, old] = [join(staging, "new"), join(staging, "old")];
  try {
    await Deno.mkdir(ready);
    await Deno.writeFile(join(ready, "fp32.onnx"), files.fp32);
    await Deno.writeFile(join(ready, "golden.safetensors"), files.golden);
    await Deno.writeTextFile(join(ready, "card.json"), JSON.stringify(card, null, 2) + "\n");
    await openPackage(ready);
    if (replace && await exists(dir)) await Deno.rename(dir, old);
    try {
      await Deno.rename(ready, dir);
    } catch (error) {
      if (await exists(old)) await Deno.rename(old, dir);
      throw error;
    }
  } finally {
    await Deno.remove(staging, { recursive: true });
  }
  return dir;
}
