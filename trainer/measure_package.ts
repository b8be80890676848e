// What a run's package reaches on a part of the run's data, by the card's rule.

import { scanDataset } from "../models/dataset.ts";
import type { VariantName } from "../models/card.ts";
import type { MaskMetrics } from "../models/metrics.ts";
import type { Package } from "../models/package.ts";
import type { Part } from "../models/split.ts";
import { dataRoot } from "./data/root.ts";
import { evaluate } from "./evaluate.ts";
import { evaluationSource } from "./evaluation_source.ts";
import { openGraph } from "./package/verify.ts";
import type { RunFolder } from "./run_folder.ts";

export async function measurePackage(
  { run: { config, split }, package: { card, variantPath } }: {
    readonly run: RunFolder;
    readonly package: Package;
  },
  variant: VariantName,
  part: Part,
): Promise<MaskMetrics> {
  const root = await dataRoot(config.data);
  const samples = await scanDataset(root, config.products);
  await using runner = await openGraph(await Deno.readFile(variantPath(variant)), card.input);
  const { overall } = await evaluate(
    runner,
    evaluationSource({ root, samples, split }, part, card.input),
    card,
  );
  return overall;
}
