// `deno task evaluate`: measures a package on a data set, through ONNX Runtime.

import type { VariantName } from "../models/card.ts";
import { parseFlags, runMain, UsageError } from "../models/cli.ts";
import { scanDataset } from "../models/dataset.ts";
import { openPackage } from "../models/package.ts";
import { progressBar } from "../models/progress.ts";
import { expectWritable } from "./report/expect_writable.ts";
import { expectSection, writeSection } from "./report/readme.ts";
import { PARTS, splitSamples } from "../models/split.ts";
import { dataRoot } from "./data/root.ts";
import { evaluateFully } from "./evaluate_fully.ts";
import { evaluationSource, hasStandIns } from "./evaluation_source.ts";
import { formatEvaluation } from "./evaluation_table.ts";
import { openGraph } from "./package/verify.ts";
import { parseTrainingLog } from "./training_curves.ts";
import { writeReport } from "./report/write_report.ts";
import { openRun } from "./run_folder.ts";
import { splitFileOf, splitFlags } from "./split_flags.ts";
import { trainedSplit } from "./trained_split.ts";

const flags = {
  package: { type: "string", description: "Folder of the package, like models/unet-tiny/1.0.0" },
  data: {
    type: "string",
    description:
      'Folder in one of the layouts of deno task data, or "fixtures" for the synthetic products',
  },
  products: { type: "list", description: "Products to measure (default: those of the card)" },
  variant: {
    type: "string",
    choices: ["fp32", "fp16", "int8"],
    default: "fp32",
    description: "Precision that is measured",
  },
  part: {
    type: "string",
    choices: [...PARTS, "all"],
    default: "test",
    description:
      "Part of the split that is measured; all is every image of data that the package was not trained on",
  },
  ...splitFlags,
  report: { type: "string", description: "HTML file to write curves, tables and pictures to" },
  run: {
    type: "string",
    description:
      "Folder of the run that the package is of: its split is taken, and the report shows its training",
  },
  json: { type: "string", description: "File to write the metrics to" },
  readme: {
    type: "string",
    description:
      "Document whose section between the markers metrics:begin and metrics:end gets the table",
  },
} as const;

if (import.meta.main) {
  await runMain(async (args) => {
    const given = parseFlags(args, flags, {
      command: "deno task evaluate",
      summary: "Measures a package on a part of a data set, through ONNX Runtime on the CPU.",
    });
    if (given.package === undefined) throw new UsageError("--package must name a folder");
    if (given.data === undefined) throw new UsageError("--data must name a folder");
    const { card, variantPath } = await openPackage(given.package);
    for (const file of [given.report, given.json]) {
      if (file !== undefined) await expectWritable(file); // before the work, not after
    }
    if (given.readme !== undefined) await expectSection(given.readme, "metrics");
    const training = given.run === undefined
      ? undefined
      : parseTrainingLog(await Deno.readTextFile((await openRun(given.run)).log));
    const root = await dataRoot(given.data);
    const products = given.products.length > 0 ? given.products : card.products;
    const all = await scanDataset(root, products);
    const split = given.part === "all"
      ? splitSamples(all, { seed: 0, ratios: [0, 0, 1] }) // all of it is a test
      : await trainedSplit(card, { root, samples: all, file: await splitFileOf(given) });
    const measured = { root, samples: all, split };
    const part = given.part === "all" ? "test" : given.part;
    const source = evaluationSource(measured, part, card.input);
    const later = all.length - PARTS.flatMap((part) => split.parts[part]).length;
    if (later > 0) console.error(`${later} images came after that split and are in no part of it`);

    await using runner = await openGraph(
      await Deno.readFile(variantPath(given.variant as VariantName)),
      card.input,
    );
    using progress = progressBar({
      label: given.part,
      total: source.samples.length,
      unit: "images",
    });
    const onSample = () => progress.tick();
    const result = await evaluateFully(runner, { ...source, onSample }, card);
    progress[Symbol.dispose]();

    const seed = given.part === "all" ? "" : `, split seed ${split.seed}`;
    const table = formatEvaluation(result);
    console.log(table);
    const isSynthetic = hasStandIns(measured);
    if (isSynthetic) {
      console.error(
        "The data has no defect: this was measured on synthetic ones. Real defects are harder to find",
      );
    }
    if (given.readme !== undefined) {
      const made = isSynthetic ? ", on synthetic defects, since the data has none" : "";
      const about =
        `${card.name} ${card.version} ${given.variant}, part ${given.part} of ${given.data}${seed}${made}:`;
      await writeSection(given.readme, "metrics", `${about}\n\n${table}`);
    }
    if (given.report !== undefined) {
      await writeReport(given.report, {
        title: `${card.name} ${card.version}`,
        facts: [
          { name: "Network", value: `${card.network.name} ${card.network.preset}` },
          { name: "Precision", value: given.variant },
          { name: "Input", value: `${card.input.width}×${card.input.height}` },
          { name: "Data", value: `${given.part} part${seed}` },
          ...(isSynthetic
            ? [{
              name: "Defects",
              value: "synthetic, since the data has none; real ones are harder",
            }]
            : []),
          { name: "Threshold", value: card.threshold },
          { name: "Smallest region", value: `${card.minRegionPixels} px` },
          {
            name: "Weakest region",
            value: `score ${Math.max(card.threshold, card.minRegionScore)}`,
          },
          { name: "Trained", value: `${card.training.steps} steps, seed ${card.training.seed}` },
        ],
        ...result.report,
        ...(training && { training }),
      });
      console.error(`Wrote ${given.report}`);
    }
    if (given.json !== undefined) {
      const { overall } = result;
      const report = {
        package: `${card.name} ${card.version}`,
        variant: given.variant,
        part: given.part,
        ...(isSynthetic && { syntheticDefects: true }),
        overall,
        products: Object.fromEntries(result.products),
      };
      await Deno.writeTextFile(given.json, JSON.stringify(report, null, 2) + "\n");
    }
  });
}
