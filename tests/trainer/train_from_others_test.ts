// Runs that begin with what another run or package knows.

import { join } from "@std/path";
import { assertEquals, assertNotEquals } from "@std/assert";
import { exists } from "../../models/files.ts";
import { readCheckpoint } from "../../trainer/checkpoint.ts";
import { createRun, openRun } from "../../trainer/run_folder.ts";
import { train } from "../../trainer/train.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { testBackends } from "./backends.ts";
import { tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";

const never = new AbortController().signal;

await testIf(
  "tensorflow",
  "train() rounds numbers, learns from a teacher, and resumes both",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      const data = join(dir, "data");
      await writeTinyDataset(data);
      const short = { steps: 2, evaluateEvery: 2, evaluateImages: 1, checkpointEvery: 1 };
      const first = await createRun(join(dir, "first"), tinyConfig(data, short));
      await train(first, never);

      const distillation = {
        ...{ teacher: first.dir, mapWeight: 1, featureWeight: 0, temperature: 2, bandWeight: 5 },
      };
      const config = tinyConfig(data, {
        ...{ ...short, distillation, from: first.dir, roundsNumbers: true, freezeAfter: 0 },
      });
      const plain = await createRun(
        join(dir, "plain"),
        { ...config, distillation: null, roundsNumbers: false },
      );
      const taught = await createRun(join(dir, "taught"), config);
      const lossOf = async (run: typeof plain) => {
        await train(run, never);
        return (await Deno.readTextFile(run.log)).match(/"loss":([\d.]+)/)?.[1];
      };
      assertNotEquals(await lossOf(taught), await lossOf(plain));
      assertEquals([await exists(taught.ranges), await exists(plain.ranges)], [true, false]);

      const ranges = await Deno.readTextFile(taught.ranges);
      const longer = { ...config, steps: 3 };
      await Deno.writeTextFile(join(taught.dir, "config.json"), JSON.stringify(longer));
      await train(await openRun(taught.dir), never);
      assertEquals((await readCheckpoint(taught.last)).step, 3);
      assertEquals(await Deno.readTextFile(taught.ranges), ranges);
    }),
);
