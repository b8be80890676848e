import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { takesLead } from "../../trainer/best_look.ts";
import { readCheckpoint } from "../../trainer/checkpoint.ts";
import { createRun, openRun } from "../../trainer/run_folder.ts";
import { train } from "../../trainer/train.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { testBackends } from "./backends.ts";
import { tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";

/** Looks at the same images, one list of IoUs each. */
const looks = (...all: readonly (readonly number[])[]) =>
  all.map((ious, at) => ({
    ...{ step: 100 * (at + 1), ious },
    score: ious.reduce((sum, iou) => sum + iou, 0) / ious.length,
  }));

Deno.test("takesLead() is for the first look, and for one that is as good or better", () => {
  assertEquals(takesLead(looks([0.2, 0.4])), true);
  assertEquals(takesLead(looks([0.2, 0.4], [0.2, 0.4])), true);
  assertEquals(takesLead(looks([0.2, 0.4], [0.3, 0.4])), true);
});

Deno.test("takesLead() is for a later look that is worse by less than two standard errors", () => {
  // Differences .3, .1, 0, 0: their mean is .1, its standard error sqrt(.06 / 12) = .0707.
  assertEquals(takesLead(looks([0.6, 0.5, 0.2, 1], [0.3, 0.4, 0.2, 1])), true);
  // Differences .3, .2, .1, 0: their mean is .15, its standard error sqrt(.05 / 12) = .0645.
  assertEquals(takesLead(looks([0.6, 0.5, 0.4, 1], [0.3, 0.3, 0.3, 1])), false);
});

Deno.test("takesLead() holds a look against the highest, so that many small losses do not add up", () => {
  const slide = [0, 1, 2, 3].map((lost) => [0.6, 0.5, 0.4, 0.7].map((iou) => iou - 0.02 * lost));
  const uneven = (ious: number[], at: number) => ious.map((iou, i) => iou + (i === at ? 0.03 : 0));
  const [first = [], second = [], third = [], fourth = []] = slide;
  const sliding = looks(first, uneven(second, 0), uneven(third, 1), fourth);
  assertEquals(takesLead(sliding.slice(0, 2)), true);
  assertEquals(takesLead(sliding.slice(2, 4)), false);
  assertEquals(takesLead(sliding), false);
});

Deno.test("takesLead() compares scores where no image is known by itself", () => {
  const scores = (...all: number[]) => all.map((score, step) => ({ step, score, ious: [] }));
  assertEquals(takesLead(scores(0.5, 0.5)), true);
  assertEquals(takesLead(scores(0.5, 0.49)), false);
  const grown = [...scores(0.5), ...looks([0.2, 0.2])];
  assertEquals(takesLead(grown), false);
});

Deno.test("takesLead() compares a single image", () => {
  assertEquals(takesLead(looks([0.5], [0.4])), false);
  assertEquals(takesLead(looks([0.5], [0.5])), true);
});

await testIf(
  "tensorflow",
  "train() keeps the weights of a look that a later one is clearly worse than, resumed too",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      await writeTinyDataset(join(dir, "data"), 10, 20);
      const never = new AbortController().signal;
      const short = { steps: 2, evaluateEvery: 2, evaluateImages: 6, checkpointEvery: 2 };
      const run = await createRun(join(dir, "run"), tinyConfig(join(dir, "data"), short));
      await train(run, never);
      // What the first look would have said of weights that are never wrong.
      const log = (await Deno.readTextFile(run.log)).trim().split("\n").map((line) => {
        const { iouImage, ious, ...rest } = JSON.parse(line);
        if (ious === undefined) return line;
        assertEquals([ious.length, iouImage < 1], [6, true]);
        return JSON.stringify({ ...rest, iouImage: 1, ious: ious.map(() => 1) });
      });
      await Deno.writeTextFile(run.log, log.join("\n") + "\n");
      const longer = { ...run.config, steps: 4 };
      await Deno.writeTextFile(join(run.dir, "config.json"), JSON.stringify(longer));
      await train(await openRun(run.dir), never);
      assertEquals(
        [(await readCheckpoint(run.best)).step, (await readCheckpoint(run.last)).step],
        [2, 4],
      );
    }),
);
