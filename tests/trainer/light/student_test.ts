import { join } from "@std/path";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { makeStudent, type StudentPlace } from "../../../trainer/light/student.ts";
import { scanDataset } from "../../../models/dataset.ts";
import { splitDataset } from "../../../models/split_dataset.ts";
import { openRun } from "../../../trainer/run_folder.ts";
import { OverBudgetError } from "../../../trainer/variants.ts";
import { testIf } from "../../helpers/require.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { testBackends } from "../backends.ts";
import { tinyConfig, writeTinyDataset } from "../tiny_dataset.ts";
import { budgets } from "./budgets.ts";

await testIf(
  "tensorflow",
  "makeStudent() trains on with numbers rounded where int8 loses too much, and goes on wherever it was stopped",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      const data = join(dir, "data");
      await writeTinyDataset(data, 10, 10);
      const config = tinyConfig(data, { steps: 10 });
      const place: StudentPlace = {
        ...{ run: join(dir, "run"), replace: false },
        split: await splitDataset(data, await scanDataset(data), { seed: 0 }),
        ...{ models: join(dir, "models"), name: "light", version: "1.0.0" },
      };
      const never = new AbortController().signal;
      const { variants, lines } = budgets(-1);
      await assertRejects(() => makeStudent(config, place, variants, never), OverBudgetError);
      assertMatch(
        lines.join("\n"),
        /int8 loses too much.*\ntraining with numbers rounded.* 2 steps/,
      );
      const { config: rounded } = await openRun(join(dir, "run-int8"));
      assertEquals([rounded.roundsNumbers, rounded.from], [true, place.run]);

      const again = budgets(1);
      const student = await makeStudent(config, place, again.variants, never);
      assertMatch(again.lines.join("\n"), /^going on with numbers rounded/);
      const { card } = student!.package;
      assertEquals(card.training.roundsNumbers, true);
      assertMatch(card.variants.int8!.made!, /ranges as trained|min-max/);

      const written = budgets(1);
      assertEquals(
        (await makeStudent(config, place, written.variants, never))?.run.dir,
        student!.run.dir,
      );
      assertMatch(written.lines.join("\n"), /^".*light.1\.0\.0" is written already$/);
    }),
);
