import { join } from "@std/path";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openPackage } from "../../models/package.ts";
import { writeChoice } from "../../trainer/package/write_package.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { run } from "./commands.ts";
import { writeTinyDataset } from "./tiny_dataset.ts";

Deno.test("variants says what is wrong with its flags, and ends with 2", async () => {
  for (
    const [args, words] of [
      [[], "--package must name a folder"],
      [["--package", "x"], "--data must name a folder"],
      [["--package", "x", "--data", "x"], "--version must be that of the new package"],
      [["--variants", "int4"], "--variants must be"],
    ] as const
  ) {
    const { code, said } = await run("variants", ...args);
    assertEquals(code, 2, said);
    assertStringIncludes(said, words);
  }
});

await testIf(
  "tensorflow",
  "variants writes a new version of a package, with the same float32 and two more precisions",
  () =>
    withTempDir(async (dir) => {
      const [data, out, models] = ["data", "out", "models"].map((name) => join(dir, name)) as [
        ...[string, string, string],
      ];
      await writeTinyDataset(data, 10, 20);
      const trained = await run(
        "train",
        ...["--data", data, "--out", out, "--preset", "tiny", "--size", "16", "--batch", "2"],
        ...["--steps", "3"],
      );
      assertEquals(trained.code, 0, trained.said);
      const exported = await run("export", "--run", out, "--name", "plate", "--models", models);
      assertEquals(exported.code, 0, exported.said);

      const args = [
        ...["--package", join(models, "plate/1.0.0"), "--data", data, "--version", "1.1.0"],
        ...["--calibration-images", "4", "--calibration", "min-max", "--budget", "1"],
      ];
      const made = await run("variants", ...args);
      assertEquals(made.code, 0, made.said);
      assertMatch(made.answered, /^fp16: .*\nint8: .*min-max over 4 images/);
      const [old, fresh] = [
        await openPackage(join(models, "plate/1.0.0")),
        await openPackage(join(models, "plate/1.1.0")),
      ];
      assertEquals(Object.keys(fresh.card.variants), ["fp32", "fp16", "int8"]);
      assertEquals(fresh.card.variants.fp32, old.card.variants.fp32);
      assertEquals([fresh.card.golden, fresh.card.metrics], [old.card.golden, old.card.metrics]);

      await writeChoice(fresh.dir, { cpu: "int8", wasm: "fp32", webgpu: "fp16" });
      const bare = join(dir, "plate-1.1.0");
      await Deno.rename(fresh.dir, bare);
      const remade = await run(
        "variants",
        ...args.with(1, bare).with(5, "1.3.0"),
        ...["--variants", "int8", "--models", models],
      );
      assertEquals(remade.code, 0, remade.said);
      await Deno.rename(bare, fresh.dir);
      const { card } = await openPackage(join(models, "plate/1.3.0"));
      assertEquals(card.variants, fresh.card.variants);
      assertEquals(card.choice, { webgpu: "fp16" });
      assertStringIncludes(remade.said, "cpu, wasm");

      const again = await run("variants", ...args);
      assertEquals(again.code, 1);
      assertStringIncludes(again.said, "it exists");

      // Parts that came since would shift the split.
      for (let i = 0; i < 6; i++) {
        const file = join(data, `plate/train/good/new ${i}.png`);
        await Deno.copyFile(join(data, "plate/train/good/0.png"), file);
        await Deno.writeFile(file, Uint8Array.of(i), { append: true });
      }
      const later = [...args.with(5, "1.2.0"), "--variants", "fp16"];
      const shifted = await run("variants", ...later);
      assertEquals(shifted.code, 1);
      assertStringIncludes(shifted.said, "Name its split by --split");
      const known = await run("variants", ...later, "--run", out);
      assertEquals(
        [known.code, known.answered],
        [0, made.answered.split("\n")[0] + "\n"],
        known.said,
      );
    }),
);
