// Whether a run on this data could become a package: found out before its first step, not after its last.

import { checkSample } from "../models/dataset.ts";
import type { InputSpec } from "../models/input.ts";
import { listSome } from "../models/list_some.ts";
import { GOOD, type Sample } from "../models/sample.ts";
import { type Part, PARTS, samplesOf, type Split } from "../models/split.ts";
import { changedImages } from "../models/split_dataset.ts";
import { countDefects, fewDefectsRemedy } from "../models/split_defects.ts";
import { lacksDefects } from "./data/synthetic/stand_in.ts";
import { evaluationSource, hasStandIns, type MeasuredData } from "./evaluation_source.ts";

/** What a run is to be trained on. */
export interface CheckedData extends MeasuredData {
  /** File of the split that a run began with; without it the split was made or compared just now. */
  readonly splitFile?: string;
}

/**
 * Checks every file, and that validation and test part have a defect to find. Each file is read once.
 *
 * @param say Told when there is no defect to learn from.
 * @throws Error naming the files that cannot be used, and as `expectUnchanged`; RangeError as `expectDefects`.
 */
export async function checkData(
  data: CheckedData,
  input: InputSpec,
  say: (line: string) => void,
): Promise<void> {
  const { root, samples, split, splitFile } = data;
  const sha256 = await expectReadable(root, samples);
  if (splitFile !== undefined) expectUnchanged({ split, splitFile }, sha256);
  for (const part of ["validation", "test"] as const) {
    await expectDefects(data, part, input);
  }
  if (!lacksDefects(samplesOf(split, "train", samples))) return;
  const too = hasStandIns(data) ? ", and is measured on some too: real ones are harder" : "";
  say(`No image of the train part has a defect: the network learns from synthetic ones${too}`);
}

/**
 * A split names images by path: under names that were given anew what was learned could be measured on.
 *
 * @param sha256 What the files hold now, by path.
 * @throws Error naming images that hold something else than when the split was made.
 */
export function expectUnchanged(
  { split, splitFile }: { readonly split: Split; readonly splitFile: string },
  sha256: Readonly<Record<string, string>>,
): void {
  const changed = changedImages(split, sha256);
  if (changed.length === 0) return;
  throw new Error(
    `Cannot use split "${splitFile}": images have changed since it was made, and what is measured on may have been ` +
      `learned; put them back under their names, or start another run:\n  ${
        listSome(changed.map((path) => `"${path}"`))
      }`,
  );
}

/**
 * A threshold and an IoU of defects mean nothing without one. What the masks show counts, not what the images are called.
 *
 * @throws RangeError when a part has none, with what is to be done about it.
 */
export async function expectDefects(
  data: MeasuredData,
  part: Part,
  input: InputSpec,
): Promise<void> {
  const { samples, load } = evaluationSource(data, part, input);
  const labelled = samples.filter(({ defect }) => defect !== GOOD);
  for (const sample of labelled) {
    if ((await load(sample)).mask.data.includes(1)) return;
  }
  const has = samples.length === 0
    ? "no image; add some to the data"
    : `${samples.length} images, none with a defect${
      labelled.length > 0 ? blackMasks(labelled.length) : unlabelled(data)
    }`;
  throw new RangeError(`Cannot measure: the ${part} part has ${has}`);
}

function blackMasks(count: number): string {
  const are = count === 1
    ? "mask of the 1 labelled so is"
    : `masks of the ${count} labelled so are`;
  return `: the ${are} black; outline the defects, or choose another --split-seed`;
}

/** No seed helps: how many of a product's defects come into a part does not depend on it. */
function unlabelled({ samples, split }: MeasuredData): string {
  const known = PARTS.flatMap((part) => samplesOf(split, part, samples));
  const counts = [...countDefects(known, split.sha256)];
  const enough = counts.filter(([, count]) => count >= PARTS.length);
  if (enough.length === 0) {
    return `; ${
      counts.map(([product, count]) => `${product} has ${count}`).join(", ")
    }, ${fewDefectsRemedy}`;
  }
  const named = enough.map(([product, count]) => `${count} of ${product}`).join(", ");
  return `, though the data has ${named}; take another split: one made anew has a defect in each part`;
}

/** Gives the hash of each image by its path. */
async function expectReadable(
  root: string,
  samples: readonly Sample[],
): Promise<Record<string, string>> {
  const sha256: Record<string, string> = {};
  const wrong: string[] = [];
  for (const sample of samples) {
    try {
      sha256[sample.path] = await checkSample(root, sample);
    } catch (error) {
      wrong.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (wrong.length === 0) return sha256;
  throw new Error(`Cannot use "${root}" as it is:\n  ${listSome(wrong)}`);
}
