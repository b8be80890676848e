import { join } from "@std/path";
import { assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { openPackage } from "../../models/package.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { run } from "./commands.ts";
import { writeTinyDataset } from "./tiny_dataset.ts";

Deno.test("export says what is wrong with its flags, and ends with 2", async () => {
  for (
    const [args, words] of [
      [["--name", "x"], "--run must name the folder of a run"],
      [["--run", "x"], "--name must name the model"],
      [["--run", "x", "--name", "y", "--checkpoint", "first"], "--checkpoint must be one of best"],
      [["--run", "x", "--name", "y", "--repalce"], "Did you mean --replace?"],
    ] as const
  ) {
    const { code, said } = await run("export", ...args);
    assertEquals(code, 2);
    assertStringIncludes(said, words);
  }
});

Deno.test("export ends with 1 where there is no run", () =>
  withTempDir(async (dir) => {
    const { code, said } = await run("export", "--run", dir, "--name", "x");
    assertEquals(code, 1);
    assertStringIncludes(said, `Cannot open run "${dir}"`);
    assertStringIncludes(said, "deno task train");
  }));

Deno.test("export --help names every flag", async () => {
  const { code, answered } = await run("export", "--help");
  assertEquals(code, 0);
  for (const flag of ["run", "name", "version", "models", "checkpoint", "replace"]) {
    assertStringIncludes(answered, `--${flag}`);
  }
});

await testIf(
  "tensorflow",
  "train, export and evaluate make and measure a package of good parts alone, and say that its defects were made",
  () =>
    withTempDir(async (dir) => {
      const [data, out, models] = [join(dir, "data"), join(dir, "run"), join(dir, "models")];
      await writeTinyDataset(data, 20, 0);
      await Deno.remove(join(data, "plate/test"), { recursive: true });
      await Deno.remove(join(data, "plate/ground_truth"), { recursive: true });
      const trained = await run(
        "train",
        ...["--data", data, "--out", out, "--preset", "tiny", "--size", "16", "--batch", "2"],
        ...["--steps", "4", "--evaluate-every", "2"],
      );
      assertEquals(trained.code, 0, trained.said);
      assertStringIncludes(trained.said, "No image of the train part has a defect");
      const exported = await run(
        ...["export", "--run", out, "--name", "good", "--models", models] as const,
        ...["--variants", "fp16,int8", "--calibration-images", "4", "--calibration", "min-max"],
        ...["--budget", "1"],
      );
      assertEquals(exported.code, 0, exported.said);
      const passes = [...exported.said.matchAll(/^(\w+) 100% 4\/4 images/gm)].map(([, part]) =>
        part
      );
      assertEquals(passes, [
        ...["validation", "test"], // the rule, and the float32
        "test", // half floats
        ...["validation", "validation", "test"], // float32 and int8 by the rule, int8
      ]);
      assertStringIncludes(exported.said, "on synthetic ones");
      const { card } = await openPackage(join(models, "good/1.0.0"));
      assertEquals(card.metrics.syntheticDefects, true);
      assertLess(card.metrics.all_empty, 1);
      const [json, report, readme] = ["a.json", "a.html", "a.md"].map((name) =>
        join(dir, name)
      ) as [
        ...[string, string, string],
      ];
      await Deno.writeTextFile(readme, "<!-- metrics:begin -->\n<!-- metrics:end -->\n");
      const evaluated = await run(
        "evaluate",
        ...["--package", join(models, "good/1.0.0"), "--data", data],
        ...["--json", json, "--report", report, "--readme", readme],
      );
      assertEquals(evaluated.code, 0, evaluated.said);
      assertEquals(JSON.parse(await Deno.readTextFile(json)).syntheticDefects, true);
      assertMatch(await Deno.readTextFile(report), /<dt>Defects<\/dt>\s*<dd>synthetic, /);
      assertMatch(
        await Deno.readTextFile(readme),
        /split seed 0, on synthetic defects, since the data has none:\n/,
      );
      assertStringIncludes(evaluated.said, "on synthetic ones");
      assertEquals(evaluated.answered.includes("NaN"), false, evaluated.answered);
    }),
);
