import { join } from "@std/path";
import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { openRunLog } from "../../trainer/run_log.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { FLOAT64_SUM } from "../tolerances.ts";

const times = { stepMs: 20, waitedMs: 1 };

const lines = async (file: string) =>
  (await Deno.readTextFile(file)).split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line));

Deno.test("openRunLog() writes one JSON line per step and evaluation", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "log.jsonl");
    {
      using log = await openRunLog(file, 0);
      log.step({ step: 1, loss: 1.5, gradientNorm: 2, learningRate: 0.1, ...times });
      log.evaluation({
        step: 1,
        iouImage: 0.5,
        iouDefect: 0.25,
        threshold: 0.4,
        minRegionScore: 0,
        ious: [0.25, 0.75],
      });
    }
    assertEquals(await lines(file), [
      { kind: "step", step: 1, loss: 1.5, gradientNorm: 2, learningRate: 0.1, ...times },
      {
        kind: "evaluation",
        step: 1,
        iouImage: 0.5,
        iouDefect: 0.25,
        threshold: 0.4,
        minRegionScore: 0,
        ious: [0.25, 0.75],
      },
    ]);
  }));

Deno.test("openRunLog() drops what a killed run wrote after its checkpoint, cut lines too", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "log.jsonl");
    await Deno.writeTextFile(file, `{"step":1}\n{"step":2}\n{"step":3}\n{"st`);
    const before = join(dir, "before.jsonl");
    await Deno.link(file, before);
    using _log = await openRunLog(file, 2);
    assertEquals(await lines(file), [{ step: 1 }, { step: 2 }]);
    // In the place of the old file, not in it: a kill half way would have lost its lines.
    assertStringIncludes(await Deno.readTextFile(before), `{"step":3}`);
  }));

Deno.test("smoothedLoss() moves a twentieth of the way at each step", () =>
  withTempDir(async (dir) => {
    using log = await openRunLog(join(dir, "log.jsonl"), 0);
    assertEquals(log.smoothedLoss(), NaN);
    log.step({ step: 1, loss: 1, gradientNorm: 0, learningRate: 0, ...times });
    log.step({ step: 2, loss: 0, gradientNorm: 0, learningRate: 0, ...times });
    assertAlmostEquals(log.smoothedLoss(), 0.95, FLOAT64_SUM);
  }));

Deno.test("looks() gives the evaluations that are kept, also of runs of before images were told apart", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "log.jsonl");
    {
      using log = await openRunLog(file, 0);
      for (const [step, iouImage] of [[2, 0.5], [4, 0.75]] as const) {
        const rule = { threshold: 0.5, minRegionScore: 0 };
        log.evaluation({ step, iouImage, iouDefect: 0, ...rule, ious: [0, 1] });
      }
      assertEquals(log.looks(), []);
    }
    const older = JSON.stringify({ kind: "evaluation", step: 1, iouImage: 0.25, iouDefect: null });
    await Deno.writeTextFile(file, `${older}\n${await Deno.readTextFile(file)}`);
    using log = await openRunLog(file, 3);
    assertEquals(log.looks(), [
      { step: 1, score: 0.25, ious: [] },
      { step: 2, score: 0.5, ious: [0, 1] },
    ]);
  }));
