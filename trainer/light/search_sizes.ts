// Trains and measures every size of a search, from wherever an earlier try left it.

import { join } from "@std/path";
import type { Package } from "../../models/package.ts";
import type { TrainConfig } from "../config.ts";
import { measurePackage } from "../measure_package.ts";
import { getNetwork } from "../networks/presets.ts";
import { plan } from "../ops/plan.ts";
import type { VariantOptions } from "../variants.ts";
import { measureLatency } from "./latency.ts";
import { type Search } from "./search.ts";
import { makeStudent } from "./student.ts";

export interface SearchOptions {
  readonly out: string;
  readonly splitFile: string;
  readonly configOf: (preset: string) => Promise<TrainConfig>;
  readonly variants: VariantOptions;
  readonly threads: number;
  readonly runs: number;
  readonly stop: AbortSignal;
}

/**
 * Every size is trained alike and quantized; what it reaches is int8's on the validation part, since the test part must not
 * choose. Times are taken at the end, all in turns with the teacher's.
 *
 * @returns null when `stop` ended it. `search.json` in `out` holds the same.
 */
export async function searchSizes(
  teacher: Package,
  presets: readonly string[],
  { out, splitFile, configOf, variants, threads, runs, stop }: SearchOptions,
): Promise<Search | null> {
  const wanted = [];
  for (const preset of presets) wanted.push({ preset, config: await configOf(preset) }); // all, before one is trained
  const reached = [];
  for (const { preset, config } of wanted) {
    variants.say?.(`${preset}: training ${config.steps} steps`);
    const student = await makeStudent(
      config,
      {
        ...{ run: join(out, "runs", preset), models: join(out, "models"), splitFile },
        ...{ name: preset, version: "1.0.0", replace: true },
      },
      { ...variants, names: ["int8"] },
      stop,
    );
    if (student === null) return null;
    const { iou_image, iou_defect } = await measurePackage(student, "int8", "validation");
    const { card, variantPath } = student.package;
    reached.push({
      name: preset,
      multiplyAdds: plan(getNetwork("dpt", preset), config).multiplyAdds / 1e9,
      ...{ iouImage: iou_image, iouDefect: iou_defect, bytes: card.variants.int8!.bytes },
      files: [variantPath("fp32"), variantPath("int8")],
      config,
    });
  }
  const files = [teacher.variantPath("fp32"), ...reached.flatMap(({ files }) => files)];
  const graphs = await Promise.all(files.map((file) => Deno.readFile(file)));
  const [teacherMs = NaN, ...ms] = await measureLatency(graphs, teacher.card.input, {
    ...{ provider: "cpu", threads, runs },
  });
  const { steps, seed } = reached[0]!.config;
  const candidates = reached.map(({ files: _, config: __, ...candidate }, at) => ({
    ...candidate,
    ...{ fp32Ms: ms[2 * at]!, int8Ms: ms[2 * at + 1]! },
  }));
  const search = { teacher: teacher.card.name, teacherMs, threads, steps, seed, candidates };
  await Deno.writeTextFile(join(out, "search.json"), JSON.stringify(search, null, 2) + "\n");
  return search;
}
