// `deno task light`: a teacher becomes a light DPT, distilled, quantized and measured; with --search, many, to choose a size.

import { join } from "@std/path";
import type { Card } from "../models/card.ts";
import { parseFlags, runMain, UsageError } from "../models/cli.ts";
import { scanDataset } from "../models/dataset.ts";
import { isPackage, openPackage } from "../models/package.ts";
import { expectSection, writeSection } from "./report/readme.ts";
import { PARTS, type Split } from "../models/split.ts";
import { requestAdapter } from "./backend/adapter.ts";
import { useBackend } from "./backend/select.ts";
import { asUsage, configure } from "./configure.ts";
import { dataRoot } from "./data/root.ts";
import { exportPackage } from "./export.ts";
import { compare } from "./light/compare.ts";
import { chooseVariants, formatLightReport } from "./light/report.ts";
import { formatSearch } from "./light/search.ts";
import { paretoPlot } from "./light/pareto_plot.ts";
import { type SearchedSize, searchSizes } from "./light/search_sizes.ts";
import { inheritsFrom, searchedPresets, usualPreset, usualSteps } from "./light/student_size.ts";
import { begunRun, makeStudent } from "./light/student.ts";
import { writeChoice } from "./package/write_package.ts";
import { dataName, repeatCommand } from "./repeat_command.ts";
import { openRun } from "./run_folder.ts";
import { splitFileOf, splitFlags } from "./split_flags.ts";
import { terminated } from "./terminated.ts";
import { distillationFlags, distillationOf, recipeFlags, runFlags } from "./train_flags.ts";
import { trainedSplit } from "./trained_split.ts";
import { variantFlags, variantOptionsOf } from "./variant_flags.ts";

/** A student that can begin with its teacher's first layers does. */
const { inherit: _, ...lessonFlags } = distillationFlags;
/** A student sees what its teacher saw. */
const { size: __, splitSeed: ___, ...studentFlags } = runFlags;

const flags = {
  ...studentFlags,
  ...lessonFlags,
  ...splitFlags,
  preset: {
    type: "string",
    description:
      "Size of the student: a preset of dpt, or channels, layers and decoder's channels, as in c64-l4-f48 (default: the teacher's first four layers, p192-l4-f24 for a DPT tiny, or light where it has none such)",
  },
  name: { type: "string", default: "light", description: "Name of the model" },
  version: { type: "string", default: "1.0.0", description: "Semantic version of the package" },
  models: { type: "string", default: "models", description: "Folder of packages" },
  replace: { type: "boolean", description: "Overwrite the package of this version" },
  out: { type: "string", default: "runs/light", description: "Folder of runs and reports" },
  variants: {
    type: "list",
    choices: ["fp16", "int8"],
    default: ["fp16", "int8"],
    description: "Precisions to write beside fp32",
  },
  ...variantFlags,
  threads: {
    type: "integer",
    min: 1,
    default: 2,
    description: "Threads of a session that is timed",
  },
  runs: { type: "integer", min: 1, default: 100, description: "Runs of each graph that is timed" },
  webgpu: {
    type: "boolean",
    description: "Time fp32 and fp16 on WebGPU too; a software adapter says nothing of a GPU",
  },
  search: {
    type: "boolean",
    description:
      "Train every size of --presets instead, and write search.json, search.md and a plot of IoU against latency",
  },
  presets: {
    type: "list",
    description:
      "With --search: sizes, as channels, layers and decoder's channels (default: some that suit the teacher)",
  },
  readme: {
    type: "string",
    description:
      "Document whose section between the markers light:begin and light:end gets the table, with --search between search:begin and search:end",
  },
  ...recipeFlags,
} as const;

const about = {
  command: "deno task light",
  summary:
    "Distils a teacher into a light DPT and writes one package with fp32, fp16 and int8, and a report of IoU and latency " +
    "beside the teacher. Where int8 loses too much it trains on with numbers rounded. Ctrl-C saves; the same command goes on.",
};

/**
 * Share of the good images that receive a synthetic defect: the teacher says what they show, so they widen what is learned
 * from at no risk of a wrong label.
 */
const transferShare = 0.3;

/**
 * Of a student that begins at chance, behind batch norms: three times a DPT's, which is that of one with its teacher's layers.
 * 300 steps on MVTec AD's bottle, float32 on the validation part: a mean of `iou_image` and `iou_defect` of .650 against .612 by
 * a DPT's own rate.
 */
const rateFromChance = 3e-3;

if (import.meta.main) {
  await runMain(async (args, interrupted) => {
    const given = parseFlags(args, flags, about);
    const stop = AbortSignal.any([interrupted, terminated()]);
    if (given.teacher === undefined) throw new UsageError("--teacher must name a package or a run");
    if (given.data === undefined) throw new UsageError("--data must name a folder");
    const section = given.search ? "search" : "light";
    if (given.readme !== undefined) await expectSection(given.readme, section); // before the work, not after
    await useBackend(given.backend);
    if (given.webgpu) {
      await requestAdapter("time on webgpu", "leave --webgpu out", (line) => console.error(line));
    }
    await Deno.mkdir(given.out, { recursive: true });
    const teacher = await openPackage(await packageOf(given.teacher, given.out));
    const { card } = teacher;
    const presets = !given.search
      ? [given.preset ?? usualPreset(card)]
      : given.presets.length > 0
      ? given.presets
      : searchedPresets(card);
    const steps = given.steps ?? asUsage("--preset", () => usualSteps(card, presets));
    const configOf = (preset: string) => {
      const inherit = asUsage("--preset", () => inheritsFrom(card, preset));
      return configure(
        {
          ...given,
          syntheticShare: given.syntheticShare ?? transferShare,
          learningRate: given.learningRate ?? (inherit ? undefined : rateFromChance),
          steps,
          size: `${card.input.width}x${card.input.height}`,
          splitSeed: card.training.split.seed,
        },
        {
          ...{ network: "dpt", preset, products: card.products },
          distillation: distillationOf({ ...given, inherit }),
        },
      );
    };
    const variants = {
      ...variantOptionsOf(given),
      say: (line: string) => console.error(line),
    };
    const runOf = (preset: string) =>
      given.search ? join(given.out, "runs", preset) : join(given.out, given.name);
    const sizes: SearchedSize[] = []; // all, before one is trained
    for (const preset of presets) {
      sizes.push({ preset, config: await configOf(preset), run: runOf(preset) });
    }
    const split = await splitOf(given.teacher, card, {
      data: given.data,
      file: await splitFileOf(given) ?? await begunSplitOf(sizes),
    });

    if (given.search) {
      const search = await searchSizes(teacher, sizes, {
        ...{ ...given, variants, split, stop },
      });
      if (search === null) return console.error("Stopped. The same command goes on");
      const table = formatSearch(search);
      await Deno.writeTextFile(join(given.out, "search.md"), table + "\n");
      if (search.candidates.length > 0) {
        await Deno.writeTextFile(join(given.out, "search.svg"), paretoPlot(search) + "\n");
      }
      console.log(table);
      if (given.readme !== undefined) await writeSection(given.readme, section, table);
      return;
    }
    const { name, version, models, replace } = given;
    const { config, run } = sizes[0]!;
    const student = await makeStudent(
      config,
      { run, split, models, name, version, replace },
      variants,
      stop,
    );
    if (student === null) return console.error("Stopped. The same command goes on");
    const report = await compare(teacher, student, given);
    await writeChoice(student.package.dir, chooseVariants(report.variants));
    const table = formatLightReport(report);
    await Deno.writeTextFile(
      join(given.out, "report.json"),
      JSON.stringify(report, null, 2) + "\n",
    );
    await Deno.writeTextFile(join(given.out, "report.md"), table + "\n");
    console.log(table);
    if (given.readme !== undefined) await writeSection(given.readme, section, table);
    console.error(`Wrote ${student.package.dir}`);
  });
}

/** The split file of the first student that an earlier try began. @throws Error when its folder holds another run. */
async function begunSplitOf(sizes: readonly SearchedSize[]): Promise<string | undefined> {
  for (const { run, config } of sizes) {
    const begun = await begunRun(run, config);
    if (begun !== null) return begun.splitFile;
  }
  return undefined;
}

/** What the teacher was trained by: its run's split, or else what the file says, or its card. */
async function splitOf(
  teacher: string,
  card: Card,
  { data, file }: { readonly data: string; readonly file: string | undefined },
): Promise<Split> {
  const root = await dataRoot(data);
  const samples = await scanDataset(root, card.products);
  const ofRun = await isPackage(teacher) ? undefined : (await openRun(teacher)).splitFile;
  const split = await trainedSplit(card, { root, samples, file: file ?? ofRun });
  const later = samples.length - PARTS.flatMap((part) => split.parts[part]).length;
  if (later > 0) console.error(`${later} images came after that split and are in no part of it`);
  return split;
}

/** The teacher as a package: a run is exported first, beside the reports. */
async function packageOf(teacher: string, out: string): Promise<string> {
  if (await isPackage(teacher)) return teacher;
  const run = await openRun(teacher);
  const models = join(out, "models");
  const { dir } = await exportPackage(run, {
    ...{ name: "teacher", version: "1.0.0", models, checkpoint: "best", replace: true },
    minRegionPixels: 0,
    command: await repeatCommand(run),
    dataName: dataName(run),
  });
  return dir;
}
