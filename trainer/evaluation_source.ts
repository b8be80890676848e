// A part of a data set as models are measured on it, the same wherever that is done. Opens no picture.

import { loadSample } from "../models/dataset.ts";
import type { InputSpec } from "../models/input.ts";
import type { Sample } from "../models/sample.ts";
import { type Part, PARTS, samplesOf, type Split } from "../models/split.ts";
import { lacksDefects, standIns, withStandIns } from "./data/synthetic/stand_in.ts";
import type { EvaluationSource } from "./evaluate.ts";

export interface MeasuredData {
  readonly root: string;
  /** Those of every part; others may be among them. */
  readonly samples: readonly Sample[];
  readonly split: Split;
}

/** Whether no part has a defect: then each is measured on synthetic ones. */
export function hasStandIns({ samples, split }: Pick<MeasuredData, "samples" | "split">): boolean {
  return PARTS.every((part) => lacksDefects(samplesOf(split, part, samples)));
}

/** The samples of a part with the labels that they are measured by. @throws Error naming a path that is not among the samples. */
export function measuredSamples(data: MeasuredData, part: Part): Sample[] {
  const ofPart = samplesOf(data.split, part, data.samples);
  return hasStandIns(data) ? standIns(ofPart) : ofPart;
}

/** What a part is measured on. @throws as `measuredSamples`. */
export function evaluationSource(
  data: MeasuredData,
  part: Part,
  input: InputSpec,
): EvaluationSource & Required<Pick<EvaluationSource, "load">> {
  const { root, split } = data;
  return {
    ...{ root, input, samples: measuredSamples(data, part) },
    load: withStandIns((sample) => loadSample(root, sample), split.seed),
  };
}
