import { join } from "@std/path";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exists } from "../../models/files.ts";
import { openPackage } from "../../models/package.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { run } from "./commands.ts";
import { writeTinyDataset } from "./tiny_dataset.ts";

Deno.test("light tries the document that gets the table before it trains", () =>
  withTempDir(async (dir) => {
    const readme = join(dir, "README.md");
    await Deno.writeTextFile(readme, "<!-- light:begin --><!-- light:end -->");
    const args = ["--teacher", "models/unet-tiny/1.2.0", "--data", dir, "--readme", readme];
    const { code, said } = await run("light", ...args, "--search");
    assertEquals(code, 1, said);
    assertStringIncludes(said, 'Cannot write section "search"');
  }));

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
      await addGoodParts(join(data, "plate"));
      const shifted = await run(
        "light",
        ...[...common, "--models", models, "--name", "other", "--preset", "c32-l4-f8"],
      );
      assertEquals(shifted.code, 0, shifted.said);
      assertStringIncludes(shifted.said, "6 images came after that split");
    }),
);

await testIf(
  "tensorflow",
  "light teaches students of several products in one folder, and goes on with each by its own split",
  () =>
    withTempDir(async (dir) => {
      const [data, out, models] = ["data", "out", "models"].map((name) => join(dir, name)) as [
        ...[string, string, string],
      ];
      const short = ["--batch", "2", "--steps", "2", "--crop", "0"];
      for (const product of ["bolt", "nut"]) {
        await writeTinyDataset(data, 10, 20);
        await Deno.rename(join(data, "plate"), join(data, product));
        const teacher = join(dir, product);
        const trained = await run(
          "train",
          ...["--data", data, "--products", product, "--out", teacher, "--preset", "tiny"],
          ...["--size", "32", ...short],
        );
        assertEquals(trained.code, 0, trained.said);
        const exported = await run(
          ...["export", "--run", teacher, "--name", product, "--models", models] as const,
        );
        assertEquals(exported.code, 0, exported.said);
      }
      const light = (product: string, name = `${product}-light`) =>
        run(
          "light",
          ...["--teacher", join(models, product, "1.0.0"), "--data", data, "--out", out, ...short],
          ...["--models", models, "--name", name, "--preset", "c32-l4-f8", "--variants", "fp16"],
          ...["--runs", "3"],
        );
      for (const product of ["bolt", "nut"]) {
        const { code, said } = await light(product);
        assertEquals(code, 0, said);
      }
      await addGoodParts(join(data, "bolt"));
      const again = await light("bolt");
      assertEquals(again.code, 0, again.said);
      assertMatch(again.said, /bolt-light\/1\.0\.0" is written already/);
      const other = await light("nut", "bolt-light");
      assertEquals(other.code, 1);
      assertStringIncludes(other.said, `Cannot go on with "${join(out, "bolt-light")}"`);
    }),
);

/** Six, each with bytes of its own. @param folder That of the product. */
async function addGoodParts(folder: string): Promise<void> {
  for (let i = 0; i < 6; i++) {
    const file = join(folder, `train/good/new ${i}.png`);
    await Deno.copyFile(join(folder, "train/good/0.png"), file);
    await Deno.writeFile(file, Uint8Array.of(i), { append: true });
  }
}
