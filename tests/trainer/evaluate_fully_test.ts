import { assertEquals } from "@std/assert";
import { scanDataset } from "../../models/dataset.ts";
import type { InputSpec } from "../../models/input.ts";
import { evaluateFully } from "../../trainer/evaluate_fully.ts";
import type { GraphRunner } from "../../trainer/package/verify.ts";
import { PLAIN_SIZE, writePlainDataset } from "../helpers/plain_dataset.ts";
import { withTempDir } from "../helpers/temp_dir.ts";

const input: InputSpec = { width: PLAIN_SIZE, height: PLAIN_SIZE, mean: [0, 0, 0], std: [1, 1, 1] };
const pixels = PLAIN_SIZE ** 2;

/** Scores are the first channel: 0.157 of a plate, 0.863 of a spot. */
const brightness: GraphRunner = {
  run: (images) => Promise.resolve(images.slice(0, pixels)),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

Deno.test("evaluateFully() reports precision and recall at the rule's threshold, good pixels counted", () =>
  withTempDir(async (root) => {
    await writePlainDataset(root, 3, 2); // a spot is 64 of 256 pixels
    const samples = await scanDataset(root);
    const { report } = await evaluateFully(brightness, { root, samples, input }, {
      threshold: 0.125,
      minRegionPixels: 0,
    });
    assertEquals(report.precisionRecall, [
      { threshold: Math.fround(220 / 255), precision: 1, recall: 1 },
      { threshold: 0.125, precision: 128 / (5 * 256), recall: 1 },
    ]);
  }));
