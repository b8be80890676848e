// A run that was not trained, and how it is exported: for what comes after a training. The backend must be set.

import { join } from "@std/path";
import { createRandom } from "../../models/random.ts";
import type { Tensor } from "../../models/safetensors.ts";
import { writeCheckpoint } from "../../trainer/checkpoint.ts";
import type { ExportOptions } from "../../trainer/export.ts";
import { createLearner } from "../../trainer/learner.ts";
import { createRun, type RunFolder } from "../../trainer/run_folder.ts";
import { averagedPrefix } from "../../trainer/training_state.ts";
import { tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";

export const optionsOf = (dir: string, changes: Partial<ExportOptions> = {}): ExportOptions => ({
  ...{ name: "tiny", version: "1.0.0", models: join(dir, "models"), checkpoint: "last" },
  ...{ minRegionPixels: 3, replace: false, command: "deno task train", dataName: "plates" },
  ...changes,
});

/** A run of the smallest network that was not trained; only its averaged weights are numbers. */
export async function untrainedRun(dir: string, defective = 5): Promise<RunFolder> {
  await writeTinyDataset(join(dir, "data"), 5, defective);
  const run = await createRun(join(dir, "run"), tinyConfig(join(dir, "data")));
  using learner = createLearner(run.config);
  const tensors = [...await learner.save()].map(([name, { shape, data }]): [string, Tensor] => [
    name,
    {
      dtype: "F32",
      shape,
      data: name.startsWith(averagedPrefix)
        ? nudged(name, data as Float32Array)
        : new Float32Array(data.length).fill(NaN),
    },
  ]);
  await writeCheckpoint(run.last, { step: 4, tensors: new Map(tensors) });
  return run;
}

/** Different in every number, and still a variance where it is one. */
function nudged(name: string, data: Float32Array): Float32Array {
  const random = createRandom(name);
  return data.map((value) => value + 0.2 * (random.next() - 0.5));
}
