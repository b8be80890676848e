// Puts a package on disk, whole or not at all.

import { basename, dirname, join } from "@std/path";
import {
  type Card,
  cardSchema,
  parseCard,
  type VariantCard,
  type VariantName,
} from "../../models/card.ts";
import { openPackage, PackageError, sha256Hex } from "../../models/package.ts";
import { exists } from "../../models/files.ts";
import { writeJsonFile } from "../../models/json_file.ts";
import { writeAtomically } from "../../models/write_atomically.ts";

/** What the card says before the files are known. */
export type CardDraft = Omit<Card, "schema" | "variants" | "golden">;

/** A form of the float32 graph, with what the card says of it. */
export interface VariantFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly about?: Pick<VariantCard, "tolerance" | "metrics" | "made">;
}

export interface PackageFiles {
  /** The graph in each precision. */
  readonly variants:
    & { readonly fp32: VariantFile }
    & {
      readonly [Name in VariantName]?: VariantFile;
    };
  /** `golden.safetensors`. */
  readonly golden: Uint8Array<ArrayBuffer>;
  /** Largest |Δ| that a box's map may have from the golden one. */
  readonly tolerance: number;
}

const dtypes = { fp32: "float32", fp16: "float16", int8: "int8" } as const satisfies Record<
  VariantName,
  VariantCard["dtype"]
>;
const fileOf = (name: VariantName) => `${name}.onnx`;

/** Beside a version, so that moving is one step: where it is made, and where the one that it replaces waits. */
function placesBeside(dir: string): { readonly fresh: string; readonly old: string } {
  const [models, version] = [dirname(dir), basename(dir)];
  return { fresh: join(models, `.new-${version}`), old: join(models, `.old-${version}`) };
}

/** What a process that was killed while it wrote this version left: the old one goes back to its place. */
async function tidyUp(dir: string): Promise<void> {
  const { fresh, old } = placesBeside(dir);
  if (await exists(old)) {
    if (await exists(dir)) await Deno.remove(old, { recursive: true });
    else await Deno.rename(old, dir);
  }
  if (await exists(fresh)) await Deno.remove(fresh, { recursive: true });
}

/**
 * Folder of a version that may be written. What a killed process left of it is put in order.
 *
 * @throws PackageError `card` when a card may not have that name or version, and when it exists already and `replace` is not
 * set: a version never changes by accident.
 */
export async function claimVersion(
  root: string,
  { name, version }: Pick<CardDraft, "name" | "version">,
  replace: boolean,
): Promise<string> {
  const dir = join(root, name, version);
  for (const [what, value] of Object.entries({ name, version } as const)) {
    const { error } = cardSchema.shape[what as "name" | "version"].safeParse(value);
    if (error === undefined) continue;
    throw new PackageError(
      "card",
      `Cannot write package "${dir}": ${what} ${error.issues[0]!.message}, is "${value}"`,
    );
  }
  await tidyUp(dir);
  if (!replace && await exists(dir)) {
    throw new PackageError(
      "card",
      `Cannot write package "${dir}": it exists; choose another version or replace it with --replace`,
    );
  }
  return dir;
}

/**
 * Says in a package's card which variant suits a provider. The card is replaced whole.
 *
 * @throws PackageError when the package cannot be opened, TypeError when it has no such variant.
 */
export async function writeChoice(dir: string, choice: NonNullable<Card["choice"]>): Promise<void> {
  const { card } = await openPackage(dir);
  const file = join(dir, "card.json");
  await writeJsonFile(file, parseCard({ ...card, choice }, file));
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
  const variants = Object.entries(files.variants) as [VariantName, VariantFile][];
  const card = parseCard({
    schema: "lineside.card/1",
    ...draft,
    variants: Object.fromEntries(
      await Promise.all(variants.map(async ([name, { bytes, about }]) => [name, {
        file: fileOf(name),
        dtype: dtypes[name],
        bytes: bytes.length,
        sha256: await sha256Hex(bytes),
        ...about,
      }])),
    ),
    golden: {
      file: "golden.safetensors",
      sha256: await sha256Hex(files.golden),
      tolerance: files.tolerance,
    },
  });

  const { fresh, old } = placesBeside(dir);
  await Deno.mkdir(fresh, { recursive: true });
  try {
    for (const [name, { bytes }] of variants) {
      await writeAtomically(join(fresh, fileOf(name)), bytes);
    }
    await writeAtomically(join(fresh, "golden.safetensors"), files.golden);
    await writeJsonFile(join(fresh, "card.json"), card);
    await openPackage(fresh);
    if (replace && await exists(dir)) await Deno.rename(dir, old);
    await Deno.rename(fresh, dir);
  } finally {
    await tidyUp(dir);
  }
  return dir;
}
