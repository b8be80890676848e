// `deno task export`: a run's checkpoint becomes a package.

import { parseFlags, runMain, UsageError } from "../models/cli.ts";
import { type Progress, progressBar } from "../models/progress.ts";
import type { Part, Split } from "../models/split.ts";
import { useBackend } from "./backend/select.ts";
import { formatEvaluation } from "./evaluation_table.ts";
import { exportPackage } from "./export.ts";
import { dataName, repeatCommand } from "./repeat_command.ts";
import { openRun } from "./run_folder.ts";
import { describeVariant, variantFlags, variantOptionsOf } from "./variant_flags.ts";

const flags = {
  run: { type: "string", description: "Folder of the run, as given to deno task train --out" },
  name: { type: "string", description: "Name of the model" },
  version: { type: "string", default: "1.0.0", description: "Semantic version of the package" },
  models: { type: "string", default: "models", description: "Folder of packages" },
  checkpoint: {
    type: "string",
    choices: ["best", "last"],
    default: "best",
    description: "Which checkpoint: the run's best weights, or the last",
  },
  minRegionPixels: {
    type: "integer",
    min: 0,
    default: 8,
    description: "Smallest region that counts as a defect, in pixels of the map",
  },
  variants: {
    type: "list",
    choices: ["fp16", "int8"],
    description: "Precisions beside fp32: fp16 for GPUs, int8 for CPUs",
  },
  ...variantFlags,
  replace: { type: "boolean", description: "Overwrite the package of this version" },
} as const;

if (import.meta.main) {
  await runMain(async (args) => {
    const given = parseFlags(args, flags, {
      command: "deno task export",
      summary:
        "Writes a model package: ONNX graph, card, golden pair. Chooses the threshold on validation and measures on test, through ONNX Runtime.",
    });
    if (given.run === undefined) throw new UsageError("--run must name the folder of a run");
    if (given.name === undefined) throw new UsageError("--name must name the model");
    const run = await openRun(given.run);
    await useBackend(run.config.backend);

    using progress = passBars(run.split);
    const exported = await exportPackage(run, {
      name: given.name,
      version: given.version,
      models: given.models,
      checkpoint: given.checkpoint,
      minRegionPixels: given.minRegionPixels,
      replace: given.replace,
      command: await repeatCommand(run),
      dataName: dataName(run),
      variants: { ...variantOptionsOf(given), say: (line) => console.error(line) },
      onSample: progress.tick,
    });
    console.log(formatEvaluation(exported.test));
    for (const variant of exported.variants) console.error(describeVariant(variant));
    if (exported.syntheticDefects) {
      console.error(
        "The data has no defect: the threshold was chosen, and the numbers above were measured, on synthetic ones. " +
          "Real defects are harder to find",
      );
    }
    console.error(
      `Wrote ${exported.dir}: threshold ${exported.threshold}, region score ${exported.minRegionScore}, ` +
        `golden max|Δ| ${exported.goldenDifference.toExponential(1)}`,
    );
  });
}

/** A bar for each pass over a part: how many passes int8 takes shows only when it keeps to its budget. */
function passBars({ parts }: Split): Disposable & { tick(part: Part): void } {
  let [bar, left]: [Progress | undefined, number] = [undefined, 0];
  return {
    tick(part) {
      if (left === 0) {
        left = parts[part].length;
        bar = progressBar({ label: part, total: left, unit: "images" });
      }
      bar?.tick();
      if (--left === 0) bar?.[Symbol.dispose]();
    },
    [Symbol.dispose]: () => bar?.[Symbol.dispose](),
  };
}
