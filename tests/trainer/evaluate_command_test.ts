// The chain train → export → evaluate, each as the process that a user starts.

import { join } from "@std/path";
import { assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { openPackage } from "../../models/package.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { run } from "./commands.ts";
import { writeTinyDataset } from "./tiny_dataset.ts";

await testIf(
  "tensorflow",
  "evaluate gives the numbers of the card that export wrote of what train trained",
  () =>
    withTempDir(async (dir) => {
      const [data, out, models] = ["data", "run", "models"].map((name) => join(dir, name)) as [
        string,
        string,
        string,
      ];
      await writeTinyDataset(data, 10, 20);
      const trained = await run(
        "train",
        ...["--data", data, "--out", out, "--preset", "tiny", "--size", "16x16"],
        ...["--batch", "4", "--steps", "20", "--evaluate-every", "20", "--learning-rate", "0.01"],
      );
      assertEquals(trained.code, 0, trained.said);
      assertStringIncludes(trained.said, "deno task export");

      const exported = await run(
        "export",
        ...["--run", out, "--name", "plates", "--models", models, "--min-region-pixels", "2"],
      );
      assertEquals(exported.code, 0, exported.said);
      const folder = join(models, "plates/1.0.0");
      const { card } = await openPackage(folder);
      assertEquals(card.products, ["plate"]);
      assertGreater(card.metrics.iou_pooled, 0.1, "empty masks would hide differences");
      assertStringIncludes(card.training.command, "--data data --network unet --preset tiny");

      const [json, report] = [join(dir, "new/metrics.json"), join(dir, "new/pages/report.html")];
      const evaluated = await run(
        "evaluate",
        ...["--package", folder, "--data", data, "--json", json, "--report", report, "--run", out],
      );
      assertEquals(evaluated.code, 0, evaluated.said);
      assertMatch(evaluated.answered, /\| product +\|.*\n.*\n\| plate.*\n\| \*\*all/);
      // The same masks; metrics of maps stand behind those of masks.
      for (const [at, line] of evaluated.answered.trim().split("\n").entries()) {
        const known = exported.answered.trim().split("\n")[at]!.slice(0, -1);
        assertEquals(line.startsWith(known), true, line);
      }
      const { overall, part } = JSON.parse(await Deno.readTextFile(json));
      const { f1_max, auroc_pixel, aupro_30, auroc_image, ...masks } = overall;
      for (const value of [f1_max, auroc_pixel, aupro_30, auroc_image]) assertGreater(value, 0);
      const rounded = Object.entries(masks as Record<string, number>)
        .map(([name, value]) => [name, Math.round(value * 1e6) / 1e6]);
      assertEquals({ split: part, ...Object.fromEntries(rounded) }, card.metrics);
      const page = await Deno.readTextFile(report);
      for (const words of ["plates 1.0.0", "Worst defects", "Loss", "Precision and recall"]) {
        assertStringIncludes(page, words);
      }

      assertEquals(page.includes("synthetic"), false);
      const unmarked = join(dir, "README.md");
      await Deno.writeTextFile(unmarked, "no markers");
      for (
        const [flag, file, words] of [
          ["--readme", unmarked, 'Cannot write section "metrics"'],
          ["--readme", join(dir, "absent.md"), "absent.md"],
          ["--json", dir, dir],
          ["--report", join(unmarked, "report.html"), "README.md"],
          ["--run", dir, "Cannot open run"],
        ] as const
      ) {
        const refused = await run("evaluate", "--package", folder, "--data", data, flag, file);
        assertEquals([refused.code, refused.answered], [1, ""], refused.said);
        assertStringIncludes(refused.said, words);
      }

      // Parts that came since would shift the split: the run's own keeps the numbers.
      for (let i = 0; i < 6; i++) {
        await Deno.copyFile(
          join(data, "plate/train/good/0.png"),
          join(data, `plate/train/good/n${i}.png`),
        );
        await Deno.writeFile(join(data, `plate/train/good/n${i}.png`), Uint8Array.of(i), {
          append: true,
        });
      }
      const shifted = await run("evaluate", "--package", folder, "--data", data);
      assertEquals(shifted.code, 1);
      assertStringIncludes(shifted.said, "Name its split by --split, or");
      const known = await run("evaluate", "--package", folder, "--data", data, "--run", out);
      assertEquals([known.code, known.answered], [0, evaluated.answered], known.said);
      assertStringIncludes(known.said, "6 images came after that split");
      const all = await run("evaluate", "--package", folder, "--data", data, "--part", "all");
      assertMatch(all.answered, /\| \*\*all\*\* +\| +36 \|/);

      const again = await run("export", "--run", out, "--name", "plates", "--models", models);
      assertEquals(again.code, 1);
      assertStringIncludes(again.said, "--replace");
    }),
);

Deno.test("evaluate says what is wrong with its flags, and ends with 2", async () => {
  for (
    const [args, words] of [
      [["--data", "x"], "--package must name a folder"],
      [["--package", "x"], "--data must name a folder"],
      [["--package", "x", "--data", "y", "--prat", "test"], "unknown flag --prat"],
    ] as const
  ) {
    const { code, said } = await run("evaluate", ...args);
    assertEquals(code, 2);
    assertStringIncludes(said, words);
  }
});

Deno.test("evaluate ends with 1 where there is no package", async () => {
  const { code, said } = await run("evaluate", "--package", "absent", "--data", "x");
  assertEquals(code, 1);
  assertStringIncludes(said, 'Cannot open package "absent": card.json is missing');
});

Deno.test("evaluate --help names every flag", async () => {
  const { code, answered } = await run("evaluate", "--help");
  assertEquals(code, 0);
  for (const flag of ["package", "data", "products", "part", "split", "json", "report", "run"]) {
    assertStringIncludes(answered, `--${flag}`);
  }
});
