// Opens model packages on disk and checks every byte of them. Knows no provider and no network.

import { join } from "@std/path";
import { type Card, MODEL_NAME, parseCard, type VariantName } from "./card.ts";
import { exists, namesIn } from "./files.ts";
import { readSafetensors, type Tensor } from "./safetensors.ts";
import { compareVersions, SEMVER } from "./semver.ts";

/** What is wrong with a package. */
export type PackageErrorCode = "missing" | "card" | "bytes" | "sha256" | "golden";

/** A package that cannot be used. */
export class PackageError extends Error {
  override readonly name = "PackageError";
  /** Names the case for a caller that answers differently to each. */
  readonly code: PackageErrorCode;
  constructor(code: PackageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One input and the trainer's own output for it. */
export interface Golden {
  /** `[1, 3, H, W]`, as the graph takes it. */
  readonly image: Float32Array;
  /** `[1, 1, H, W]`, 0..1. */
  readonly anomaly_map: Float32Array;
}

/** A package whose card has been read. Its other files are checked when they are read, by `openPackage` before, too. */
export interface Package {
  readonly dir: string;
  readonly card: Card;
  /** Path of a variant's graph. Throws PackageError `missing` when the package has no such variant. */
  variantPath(variant: VariantName): string;
  /** Reads a variant's graph. Throws PackageError when there is none, or it is not what the card says. */
  graph(variant: VariantName): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads the golden pair. Throws PackageError, `golden` when its tensors do not fit the card. */
  golden(): Promise<Golden>;
}

/** Where a package is; it has not been opened. */
export interface PackageEntry {
  readonly name: string;
  readonly version: string;
  readonly dir: string;
}

/**
 * Opens the package in a folder and checks presence, size and sha256 of every file that the card names.
 * Throws PackageError.
 */
export async function openPackage(dir: string): Promise<Package> {
  const opened = await readPackage(dir);
  const { variants, golden } = opened.card;
  for (const variant of Object.values(variants)) {
    if (variant) await readChecked(dir, variant.file, variant.sha256, variant.bytes);
  }
  await readChecked(dir, golden.file, golden.sha256);
  return opened;
}

/** Reads the card of the package in a folder, for whoever needs a part of the other files. Throws PackageError. */
export async function readPackage(dir: string): Promise<Package> {
  const card = await readCard(dir);
  function find(name: VariantName) {
    const variant = card.variants[name];
    if (variant) return variant;
    const has = Object.keys(card.variants).join(", ");
    throw new PackageError("missing", `Cannot use ${name} of package "${dir}": it has ${has}`);
  }
  return {
    dir,
    card,
    variantPath: (name) => join(dir, find(name).file),
    async graph(name) {
      const { file, sha256, bytes } = find(name);
      return await readChecked(dir, file, sha256, bytes);
    },
    golden: () => readGolden(dir, card),
  };
}

/**
 * Opens `<root>/<name>/<version>`; without a version the newest by semantic versioning.
 * Throws PackageError; its message lists what there is when nothing fits.
 */
export async function findPackage(root: string, name: string, version?: string): Promise<Package> {
  const entries = await listPackages(root);
  const named = entries.filter((entry) => entry.name === name);
  const entry = version === undefined
    ? named.at(-1)
    : named.find((candidate) => candidate.version === version);
  if (!entry) {
    const wanted = version === undefined ? `"${name}"` : `"${name}" version ${version}`;
    const there = named.length > 0
      ? `versions are ${named.map((candidate) => candidate.version).join(", ")}`
      : entries.length > 0
      ? `models are ${[...new Set(entries.map((candidate) => candidate.name))].join(", ")}`
      : "there is none";
    throw new PackageError("missing", `Cannot find model ${wanted} in "${root}": ${there}`);
  }
  const found = await openPackage(entry.dir);
  if (found.card.name !== entry.name || found.card.version !== entry.version) {
    throw new PackageError(
      "card",
      `Cannot open package "${entry.dir}": folder says ${entry.name} ${entry.version}, ` +
        `card says ${found.card.name} ${found.card.version}`,
    );
  }
  return found;
}

/** Whether a folder holds a package: whole or not, it says what it is. */
export function isPackage(dir: string): Promise<boolean> {
  return exists(join(dir, "card.json"));
}

/** Lists the packages under a folder by name, then from old to new. An absent folder has none. */
export async function listPackages(root: string): Promise<PackageEntry[]> {
  const entries: PackageEntry[] = [];
  for (const name of await namesIn(root, "isDirectory")) {
    if (!MODEL_NAME.test(name)) continue;
    for (const version of await namesIn(join(root, name), "isDirectory")) {
      if (SEMVER.test(version)) entries.push({ name, version, dir: join(root, name, version) });
    }
  }
  return entries.sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : compareVersions(a.version, b.version)
  );
}

/** SHA-256 in lower-case hex. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Largest |a − b|. NaN on either side counts as Infinity. Throws RangeError when the lengths differ. */
export function maxAbsDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    throw new RangeError(`Cannot compare ${a.length} numbers with ${b.length}`);
  }
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (Number.isNaN(difference)) return Infinity;
    if (difference > largest) largest = difference;
  }
  return largest;
}

async function readCard(dir: string): Promise<Card> {
  const path = join(dir, "card.json");
  const bytes = await readFile(dir, "card.json");
  try {
    return parseCard(JSON.parse(new TextDecoder().decode(bytes)), path);
  } catch (cause) {
    const message = cause instanceof SyntaxError
      ? `Cannot read card "${path}": not JSON (${cause.message})`
      : (cause as Error).message;
    throw new PackageError("card", message, { cause });
  }
}

async function readFile(dir: string, file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(join(dir, file));
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new PackageError("missing", `Cannot open package "${dir}": ${file} is missing`, {
      cause,
    });
  }
}

async function readChecked(
  dir: string,
  file: string,
  sha256: string,
  bytes?: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = await readFile(dir, file);
  if (bytes !== undefined && content.length !== bytes) {
    throw new PackageError(
      "bytes",
      `Cannot open package "${dir}": ${file} has ${content.length} bytes, card says ${bytes}`,
    );
  }
  const actual = await sha256Hex(content);
  if (actual !== sha256) {
    throw new PackageError(
      "sha256",
      `Cannot open package "${dir}": ${file} has sha256 ${actual}, card says ${sha256}`,
    );
  }
  return content;
}

async function readGolden(dir: string, card: Card): Promise<Golden> {
  const { file, sha256 } = card.golden;
  const bytes = await readChecked(dir, file, sha256);
  const { width, height } = card.input;
  try {
    const { tensors } = readSafetensors(bytes);
    return {
      image: floats(tensors, "image", [1, 3, height, width]),
      anomaly_map: floats(tensors, "anomaly_map", [1, 1, height, width]),
    };
  } catch (cause) {
    throw new PackageError("golden", `Cannot use ${file} of package "${dir}": ${cause}`, { cause });
  }
}

function floats(tensors: Map<string, Tensor>, name: string, shape: number[]): Float32Array {
  const tensor = tensors.get(name);
  if (tensor?.dtype !== "F32" || tensor.shape.join() !== shape.join()) {
    const is = tensor ? `${tensor.dtype} [${tensor.shape}]` : "missing";
    throw new TypeError(`tensor "${name}" must be F32 [${shape}], is ${is}`);
  }
  return tensor.data;
}
