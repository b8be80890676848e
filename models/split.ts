// Divides samples into train, validation and test, the same way for the same seed. Opens no picture.

import { z } from "zod";
import type { Sample } from "./dataset.ts";
import { readJsonFile, writeJsonFile } from "./json_file.ts";
import { createRandom } from "./random.ts";
import { GOOD } from "./sample.ts";
import { spreadDefects } from "./split_defects.ts";

/** The parts in the order of the ratios. */
export const PARTS = ["train", "validation", "test"] as const;

/** A part of a split. */
export type Part = (typeof PARTS)[number];

/** How to split. */
export interface SplitOptions {
  seed: number;
  /**
   * Shares of train, validation and test.
   *
   * @default {[6, 2, 2]}
   */
  ratios?: readonly [number, number, number];
  /**
   * Hash of each sample's file by path. Files with the same one count as one image and go together.
   *
   * @default {{}}
   */
  sha256?: Readonly<Record<string, string>>;
  /**
   * Whether a part to which the quotas give no defect of a product takes one from another part, where there are enough.
   * Packages of before that was done were split without it.
   *
   * @default {true}
   */
  spreadsDefects?: boolean;
}

const paths = z.array(z.string().min(1));

const splitSchema = z.strictObject({
  // Not in files that were written before there were hashes.
  schema: z.literal("lineside.split/1").default("lineside.split/1"),
  seed: z.int(),
  ratios: z.tuple([z.number().min(0), z.number().min(0), z.number().min(0)]),
  parts: z.strictObject({ train: paths, validation: paths, test: paths }),
  sha256: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)).default({}),
});

/** Which sample is in which part, by path, and what its file held. */
export type Split = z.infer<typeof splitSchema>;

/**
 * Splits the pool of all samples, good and defective, per product and stratified by defect type.
 * Each stratum is shuffled by its own stream, `seed/product/defect`, so neither the order of the samples
 * nor another product changes it. Counts are rounded by largest remainder and what rounding took from
 * a part is carried to the product's next stratum: a product's totals are within 1 of the ratios.
 * Where a product has a defect for each part that has a share, and a part came by none, it takes one from the part with
 * most, for a good image if it has one to give back (see `spreadDefects`).
 * Files with the same hash take one place, that of the first path, wherever they are.
 * Throws RangeError for bad ratios and for a path that comes twice.
 */
export function splitSamples(samples: readonly Sample[], options: SplitOptions): Split {
  const { seed, ratios = [6, 2, 2], sha256 = {}, spreadsDefects = true } = options;
  const sum = ratios[0] + ratios[1] + ratios[2];
  if (!ratios.every((ratio) => ratio >= 0) || !(sum > 0 && sum < Infinity)) {
    throw new RangeError(`Cannot split by ${ratios.join(":")}: must be three shares above 0`);
  }
  const parts: Split["parts"] = { train: [], validation: [], test: [] };
  const random = createRandom(seed);
  const twins = twinsByFirst(samples, sha256);
  const later = new Set([...twins.values()].flat());
  const distinct = samples.filter(({ path }) => !later.has(path));
  const labels = new Map(samples.map(({ path, defect }) => [path, defect]));
  const together = (path: string) => [path, ...twins.get(path) ?? []];
  const defectOf = (path: string) =>
    together(path).map((path) => labels.get(path)!).find((defect) => defect !== GOOD) ?? GOOD;
  for (const [product, ofProduct] of grouped(distinct, (sample) => sample.product)) {
    const drawn: string[][] = PARTS.map(() => []);
    let carry = [0, 0, 0];
    for (const [defect, stratum] of grouped(ofProduct, (sample) => sample.defect)) {
      const shuffled = random.fork(product).fork(defect).shuffle(
        stratum.map(({ path }) => path).sort(),
      );
      const exact = ratios.map((ratio, i) => shuffled.length * ratio / sum + carry[i]!);
      const counts = roundToSum(exact, shuffled.length);
      carry = exact.map((value, i) => value - counts[i]!);
      let from = 0;
      for (const [i, ofPart] of drawn.entries()) {
        ofPart.push(...shuffled.slice(from, from += counts[i]!));
      }
    }
    if (spreadsDefects) spreadDefects(drawn.filter((_, i) => ratios[i]! > 0), defectOf);
    for (const [i, part] of PARTS.entries()) parts[part].push(...drawn[i]!.flatMap(together));
  }
  for (const part of PARTS) parts[part].sort();
  const split: Split = {
    ...{ schema: "lineside.split/1", seed, ratios: [...ratios], parts, sha256: { ...sha256 } },
  };
  checkUnique(split, "Cannot split");
  return split;
}

/** Paths whose files hold the same, in groups of at least two, sorted. */
export function identicalFiles(sha256: Readonly<Record<string, string>>): string[][] {
  const groups = [...Map.groupBy(Object.keys(sha256).sort(), (path) => sha256[path])];
  return groups.map(([, paths]) => paths).filter((paths) => paths.length > 1);
}

/** Groups of identical files that are not all in the same part. */
export function tornFiles({ parts, sha256 }: Pick<Split, "parts" | "sha256">): string[][] {
  const partOf = new Map(PARTS.flatMap((part) => parts[part].map((path) => [path, part] as const)));
  return identicalFiles(sha256).filter((paths) =>
    new Set(paths.map((path) => partOf.get(path))).size > 1
  );
}

/** The samples of a part, in the order of the split. Throws Error naming a path that is not among the samples. */
export function samplesOf(split: Split, part: Part, samples: readonly Sample[]): Sample[] {
  const byPath = new Map(samples.map((sample) => [sample.path, sample]));
  return split.parts[part].map((path) => {
    const sample = byPath.get(path);
    if (!sample) throw new Error(`Cannot take ${part} samples: "${path}" is not in the data set`);
    return sample;
  });
}

/**
 * Reads a split file. Throws SyntaxError when it is not JSON, TypeError when it is not a split, RangeError for a
 * path in two places or the same file in two parts.
 */
export async function readSplit(file: string): Promise<Split> {
  const split = await readJsonFile(file, "split", splitSchema);
  checkUnique(split, `Cannot read split "${file}"`);
  return split;
}

/** Writes a split as JSON. */
export async function writeSplit(file: string, split: Split): Promise<void> {
  await writeJsonFile(file, split);
}

/** Whole numbers ≥ 0 near `exact` that sum to `total`: floors first, then by largest remainder. */
function roundToSum(exact: number[], total: number): number[] {
  const counts = exact.map((value) => Math.max(0, Math.floor(value)));
  const remainder = (i: number) => exact[i]! - counts[i]!;
  // Never below 0: that would take a carry of 1 or more, which the floors have already given out.
  let left = total - counts.reduce((a, b) => a + b, 0);
  for (; left > 0; left--) {
    counts[argMax(counts.map((_, i) => remainder(i)))]!++;
  }
  return counts;
}

/** Index of the largest; of those within rounding noise the first, so that ties do not depend on it. */
function argMax(values: number[]): number {
  const largest = Math.max(...values);
  return values.findIndex((value) => value > largest - 1e-9);
}

function grouped<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  return [...Map.groupBy(items, key)].sort(([a], [b]) => a < b ? -1 : 1);
}

/** For the first path of each group of identical samples, the others. */
function twinsByFirst(
  samples: readonly Sample[],
  sha256: Readonly<Record<string, string>>,
): Map<string, string[]> {
  const there = new Set(samples.map(({ path }) => path));
  const hashes = Object.entries(sha256).filter(([path]) => there.has(path));
  return new Map(
    identicalFiles(Object.fromEntries(hashes)).map(([first, ...others]) => [first!, others]),
  );
}

function checkUnique(split: Split, action: string): void {
  const seen = new Set<string>();
  for (const path of PARTS.flatMap((part) => split.parts[part])) {
    if (seen.has(path)) throw new RangeError(`${action}: "${path}" comes twice`);
    seen.add(path);
  }
  for (const paths of tornFiles(split)) {
    const named = paths.map((path) => `"${path}"`).join(" and ");
    throw new RangeError(`${action}: ${named} are the same file, must be in the same part`);
  }
}
