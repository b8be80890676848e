import { join } from "@std/path";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exists } from "../../models/files.ts";
import { openPackage } from "../../models/package.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { run } from "./commands.ts";
import { writeTinyDataset } from "./tiny_dataset.ts";

Deno.test("light says what is wrong with its flags, and ends with 2", async () => {
  for (
    const [args, words] of [
      [["--data", "x"], "--teacher must name a package or a run"],
      [["--teacher", "x"], "--data must name a folder"],
      [["--teacher", "x", "--data", "x", "--calibration", "mean"], "--calibration must be"],
      [["--teacher", "x", "--data", "x", "--split-seed", "3"], "--split-seed"],
    ] as const
  ) {
    const { code, said } = await run("light", ...args);
    assertEquals(code, 2, said);
    assertStringIncludes(said, words);
  }
});

await testIf(
  "tensorflow",
  "light distils a run into a package of three precisions with a report, and goes on with a search from its runs",
  () =>
    withTempDir(async (dir) => {
      const [data, teacher, out, models] = ["data", "teacher", "out", "models"].map((name) =>
        join(dir, name)
      ) as [string, string, string, string];
      await writeTinyDataset(data, 10, 20);
      const short = ["--batch", "2", "--steps", "2", "--crop", "0"];
      const { code, said } = await run(
        "train",
        ...["--data", data, "--out", teacher, "--preset", "tiny", "--size", "32", ...short],
      );
      assertEquals(code, 0, said);

      const common = [
        ...["--teacher", teacher, "--data", data, "--out", out, ...short],
        ...[
          "--calibration-images",
          "4",
          "--calibration",
          "min-max",
          "--budget",
          "1",
          "--runs",
          "3",
        ],
      ];
      const light = await run("light", ...common, "--models", models, "--preset", "c32-l4-f8");
      assertEquals(light.code, 0, light.said);
      assertMatch(light.answered, /\| teacher fp32 /);
      assertMatch(light.answered, /\| light int8 /);
      assertEquals(await Deno.readTextFile(join(out, "report.md")), light.answered);
      const { card } = await openPackage(join(models, "light/1.0.0"));
      assertEquals(Object.keys(card.variants), ["fp32", "fp16", "int8"]);
      assertEquals(card.network, { name: "dpt", preset: "c32-l4-f8" });
      assertEquals(card.choice?.webgpu, "fp16");
      assertEquals([...Object.keys(card.choice!)].sort(), ["cpu", "wasm", "webgpu"]);
      assertStringIncludes(card.training.command, "--teacher runs/teacher");

      const twice = await run("light", ...common, "--models", models, "--preset", "c32-l4-f8");
      assertEquals(twice.code, 0, twice.said);
      assertMatch(twice.said, /light\/1\.0\.0" is written already/);

      const typo = await run("light", ...common, "--search", "--presets", "c32-l4-f8,c33-l4-f8");
      assertEquals(typo.code, 2, typo.said);
      assertEquals(
        await exists(join(out, "runs")),
        false,
        "nothing is trained before all are known",
      );

      const search = await run("light", ...common, "--search", "--presets", "c32-l4-f8,c32-l4-f4");
      assertEquals(search.code, 0, search.said);
      assertStringIncludes(search.said, "c32-l4-f4: training 2 steps");
      const { candidates, teacherMs } = JSON.parse(
        await Deno.readTextFile(join(out, "search.json")),
      );
      assertEquals(candidates.map(({ name }: { name: string }) => name), [
        "c32-l4-f8",
        "c32-l4-f4",
      ]);
      assertEquals(teacherMs > 0 && candidates[1].int8Ms > 0, true);
      assertMatch(await Deno.readTextFile(join(out, "search.svg")), /c32-l4-f4/);
      assertEquals(await exists(join(out, "runs/c32-l4-f4/last.safetensors")), true);

      // Parts that came since would shift the split.
      for (let i = 0; i < 6; i++) {
        const file = join(data, `plate/train/good/new ${i}.png`);
        await Deno.copyFile(join(data, "plate/train/good/0.png"), file);
        await Deno.writeFile(file, Uint8Array.of(i), { append: true });
      }
      const shifted = await run("light", ...common, "--models", models, "--name", "other");
      assertEquals(shifted.code, 1);
      assertStringIncludes(shifted.said, "images of the data are in no part of it");
    }),
);
