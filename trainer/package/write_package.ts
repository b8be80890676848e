// Puts a package on disk, whole or not at all.

import { dirname, join } from "@std/path";
import { type Card, parseCard } from "../../models/card.ts";
import { openPackage, PackageError, sha256Hex } from "../../models/package.ts";

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
 * Writes `<root>/<name>/<version>` in a folder beside it, opens it as a runtime would, and moves it into place.
 *
 * @returns The package's folder.
 * @throws PackageError `card` when the version exists already and `replace` is not set: a version never changes by accident.
 */
export async function writePackage(
  root: string,
  draft: CardDraft,
  files: PackageFiles,
  replace = false,
): Promise<string> {
  const dir = join(root, draft.name, draft.version);
  if (!replace && await exists(dir)) {
    throw new PackageError(
      "card",
      `Cannot write package "${dir}": it exists; choose another version or replace it with --replace`,
    );
  }
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
  try {
    await Deno.writeFile(join(staging, "fp32.onnx"), files.fp32);
    await Deno.writeFile(join(staging, "golden.safetensors"), files.golden);
    await Deno.writeTextFile(join(staging, "card.json"), JSON.stringify(card, null, 2) + "\n");
    await openPackage(staging);
    await Deno.chmod(staging, 0o755);
    if (replace && await exists(dir)) await Deno.remove(dir, { recursive: true });
    await Deno.rename(staging, dir);
  } catch (error) {
    await Deno.remove(staging, { recursive: true });
    throw error;
  }
  return dir;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
