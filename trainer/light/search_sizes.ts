// Trains and measures every size of a search, from wherever an earlier try left it.

import { join } from "@std/path";
import type { Package } from "../../models/package.ts";
import type { Split } from "../../models/split.ts";
import type { TrainConfig } from "../config.ts";
import { measurePackage } from "../measure_package.ts";
import { getNetwork } from "../networks/presets.ts";
import { plan } from "../ops/plan.ts";
import { OverBudgetError, type VariantOptions } from "../variants.ts";
import { measureLatency } from "./latency.ts";
import type { Candidate, OverBudget, Search } from "./search.ts";
import { makeStudent } from "./student.ts";

/** A size that is searched, all of one seed and as many steps. */
export interface SearchedSize {
  readonly preset: string;
  readonly config: TrainConfig;
  /** Folder of its run. */
  readonly run: string;
}

export interface SearchOptions {
  readonly out: string;
  /** What the teacher was trained by. */
  readonly split: Split;
  readonly variants: VariantOptions;
  readonly threads: number;
  readonly runs: number;
  readonly stop: AbortSignal;
}

/**
 * Every size is trained alike and quantized; what it reaches is int8's on the validation part, since the test part must not
 * choose. Times are taken at the end, all in turns with the teacher's. A size whose int8 loses more than it may has none.
 *
 * @returns null when `stop` ended it. `search.json` in `out` holds the same.
 * @throws RangeError when there is no size.
 */
export async function searchSizes(
  teacher: Package,
  sizes: readonly SearchedSize[],
  { out, split, variants, threads, runs, stop }: SearchOptions,
): Promise<Search | null> {
  const [first] = sizes;
  if (first === undefined) throw new RangeError("Cannot search: there is no size");
  const { steps, seed } = first.config;
  const reached: { student: Package; candidate: Omit<Candidate, "fp32Ms" | "int8Ms"> }[] = [];
  const overBudget: OverBudget[] = [];
  for (const { preset, config, run } of sizes) {
    variants.say?.(`${preset}: training ${config.steps} steps`);
    const network = getNetwork(config.network, config.preset);
    const size = { name: preset, multiplyAdds: plan(network, config).multiplyAdds / 1e9 };
    const place = { models: join(out, "models"), name: preset, version: "1.0.0", replace: true };
    try {
      const student = await makeStudent(
        config,
        { ...place, run, split },
        { ...variants, names: ["int8"] },
        stop,
      );
      if (student === null) return null;
      const { iou_image, iou_defect } = await measurePackage(student, "int8", "validation");
      const { bytes } = student.package.card.variants.int8!;
      reached.push({
        student: student.package,
        candidate: { ...size, iouImage: iou_image, iouDefect: iou_defect, bytes },
      });
    } catch (error) {
      if (!(error instanceof OverBudgetError)) throw error;
      variants.say?.(`${preset}: ${error.message}`);
      overBudget.push(size);
    }
  }
  const files = [
    teacher.variantPath("fp32"),
    ...reached.flatMap(({ student }) => [student.variantPath("fp32"), student.variantPath("int8")]),
  ];
  const graphs = await Promise.all(files.map((file) => Deno.readFile(file)));
  const [teacherMs = NaN, ...ms] = await measureLatency(graphs, teacher.card.input, {
    ...{ provider: "cpu", threads, runs },
  });
  const candidates = reached.map(({ candidate }, at) => ({
    ...candidate,
    ...{ fp32Ms: ms[2 * at]!, int8Ms: ms[2 * at + 1]! },
  }));
  const search: Search = {
    ...{ teacher: teacher.card.name, teacherMs, threads, steps, seed, candidates, overBudget },
  };
  await Deno.writeTextFile(join(out, "search.json"), JSON.stringify(search, null, 2) + "\n");
  return search;
}
