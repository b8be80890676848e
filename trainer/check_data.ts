// Whether a run on this data could become a package: found out before its first step, not after its last.

import { checkSample } from "../models/dataset.ts";
import type { InputSpec } from "../models/input.ts";
import { listSome } from "../models/list_some.ts";
import { GOOD, type Sample } from "../models/sample.ts";
import { type Part, samplesOf } from "../models/split.ts";
import { lacksDefects } from "./data/synthetic/stand_in.ts";
import type { EvaluationSource } from "./evaluate.ts";
import { evaluationSource, hasStandIns, type MeasuredData } from "./evaluation_source.ts";

/**
 * Checks every file, and that validation and test part have a defect to find.
 *
 * @param say Told when there is no defect to learn from.
 * @throws Error naming the files that cannot be used; RangeError as `expectDefects`.
 */
export async function checkData(
  data: MeasuredData,
  input: InputSpec,
  say: (line: string) => void,
): Promise<void> {
  const { root, samples, split } = data;
  await expectReadable(root, samples);
  for (const part of ["validation", "test"] as const) {
    await expectDefects(part, evaluationSource(data, part, input));
  }
  if (!lacksDefects(samplesOf(split, "train", samples))) return;
  const too = hasStandIns(data) ? ", and is measured on some too: real ones are harder" : "";
  say(`No image of the train part has a defect: the network learns from synthetic ones${too}`);
}

/**
 * A threshold and an IoU of defects mean nothing without one. What the masks show counts, not what the images are called.
 *
 * @throws RangeError when a part has none.
 */
export async function expectDefects(
  part: Part,
  { samples, load }: Required<Pick<EvaluationSource, "samples" | "load">>,
): Promise<void> {
  for (const sample of samples.filter(({ defect }) => defect !== GOOD)) {
    if ((await load(sample)).mask.data.includes(1)) return;
  }
  const has = samples.length === 0 ? "no image" : `${samples.length} images, none with a defect`;
  throw new RangeError(
    `Cannot measure: the ${part} part has ${has}; add some to the data, or choose another --split-seed`,
  );
}

async function expectReadable(root: string, samples: readonly Sample[]): Promise<void> {
  const wrong: string[] = [];
  for (const sample of samples) {
    try {
      await checkSample(root, sample);
    } catch (error) {
      wrong.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (wrong.length > 0) throw new Error(`Cannot use "${root}" as it is:\n  ${listSome(wrong)}`);
}
