import { join } from "@std/path";
import { assertEquals, assertMatch } from "@std/assert";
import { openPackage } from "../../../models/package.ts";
import { splitDataset } from "../../../models/split_dataset.ts";
import { scanDataset } from "../../../models/dataset.ts";
import { exportPackage } from "../../../trainer/export.ts";
import { searchSizes } from "../../../trainer/light/search_sizes.ts";
import { testIf } from "../../helpers/require.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { testBackends } from "../backends.ts";
import { tinyConfig } from "../tiny_dataset.ts";
import { optionsOf, untrainedRun } from "../untrained_run.ts";
import { budgets } from "./budgets.ts";

await testIf(
  "tensorflow",
  "searchSizes() goes on behind a size whose int8 stays over budget, and lists it",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      const run = await untrainedRun(dir);
      const teacher = await openPackage((await exportPackage(run, optionsOf(dir))).dir);
      const data = run.config.data;
      const split = await splitDataset(data, await scanDataset(data), { seed: 0 });
      const config = tinyConfig(data, { steps: 4 });
      const sizes = ["first", "second"].map((preset) => ({
        ...{ preset, config, run: join(dir, "runs", preset) },
      }));
      const { variants, lines } = budgets(-1, 1); // each size asks once
      const search = await searchSizes(teacher, sizes, {
        ...{ out: dir, split, variants, threads: 1, runs: 3, stop: new AbortController().signal },
      });
      assertMatch(lines.join("\n"), /first: Cannot write int8: .*\nsecond: training 4 steps/);
      assertEquals(search!.candidates.map(({ name }) => name), ["second"]);
      assertEquals(search!.candidates[0]!.int8Ms > 0, true);
      assertEquals(search!.overBudget.map(({ name }) => name), ["first"]);
      assertEquals(JSON.parse(await Deno.readTextFile(join(dir, "search.json"))), search);
    }),
);
