// Puts a package on disk, whole or not at all.

import { dirname, join } from "@std/path";
import {
  type Card,
  cardSchema,
  parseCard,
  type VariantCard,
  type VariantName,
} from "../../models/card.ts";
import { openPackage, PackageError, sha256Hex } from "../../models/package.ts";
import { exists } from "../../models/files.ts";

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

/**
 * Folder of a version that may be written.
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
  const text = JSON.stringify(parseCard({ ...card, choice }, file), null, 2) + "\n";
  const staged = `${file}.new`;
  await Deno.writeTextFile(staged, text);
  await Deno.rename(staged, file);
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

  await Deno.mkdir(dirname(dir), { recursive: true });
  const staging = await Deno.makeTempDir({ dir: dirname(dir), prefix: ".writing-" });
  const [ready, old] = [join(staging, "new"), join(staging, "old")];
  try {
    await Deno.mkdir(ready);
    for (const [name, { bytes }] of variants) {
      await Deno.writeFile(join(ready, fileOf(name)), bytes);
    }
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
