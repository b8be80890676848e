import { join } from "@std/path";
import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { exists } from "../../models/files.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { run } from "./commands.ts";
import { writeTinyDataset } from "./tiny_dataset.ts";

Deno.test("table takes every size of a network, and for the others the usual ones", async () => {
  const presets = ["--networks", "dpt,unet", "--presets", "dpt=c64-l4-f48"];
  const { code, said } = await run("table", "--data", "absent", ...presets);
  assertEquals(code, 1, said);
  assertStringIncludes(said, "absent"); // the data comes after the flags
});

Deno.test("table says what is wrong with its flags, and ends with 2", async () => {
  for (
    const [args, words] of [
      [[], "--data must name a folder"],
      [["--data", "x", "--networks", "vgg"], "--networks must be one of"],
      [["--data", "x", "--presets", "dpt=huge"], 'has no preset "huge": there is light, tiny'],
      [["--data", "x", "--presets", "vgg=tiny"], 'No network "vgg"'],
      [["--data", "x", "--presets", "dpt"], "as in dpt=tiny"],
      [["--data", "x", "--split-seed", "0,x"], 'whole numbers as in 0,1,2, is "x"'],
    ] as const
  ) {
    const { code, said } = await run("table", ...args);
    assertEquals(code, 2);
    assertStringIncludes(said, words);
  }
});

await testIf(
  "tensorflow",
  "table trains every cell, measures it, writes the table, and does nothing twice",
  () =>
    withTempDir(async (dir) => {
      const [data, out, readme] = ["data", "out", "README.md"].map((name) => join(dir, name)) as [
        ...[string, string, string],
      ];
      await writeTinyDataset(data, 10, 20);
      await Deno.writeTextFile(readme, "# R\n\n<!-- table:begin -->\n<!-- table:end -->\n");
      const args = [
        ...["--data", data, "--out", out, "--networks", "unet", "--presets", "unet=tiny"],
        ...["--size", "16", "--batch", "2", "--steps", "3", "--readme", readme],
      ];
      const first = await run("table", ...args);
      assertEquals(first.code, 0, first.said);
      assertStringIncludes(first.said, "unet-tiny-plate: training");
      assertMatch(first.answered, /\| plate +\| unet tiny \|/);
      assertStringIncludes(await Deno.readTextFile(readme), first.answered.trim());
      const [cell] = JSON.parse(await Deno.readTextFile(join(out, "table.json")));
      assertEquals([cell.product, cell.network, cell.steps, cell.published], [
        "plate",
        "unet",
        3,
        null,
      ]);
      // Something is there to be widened, and it is not all.
      assertEquals(cell.onePixel > cell.allEmpty && cell.onePixel < 1, true);
      assertEquals(await exists(join(out, "models/unet-tiny-plate/1.0.0/card.json")), true);

      const again = await run("table", ...args);
      assertEquals([again.code, again.answered], [0, first.answered]);
      assertEquals(/training|going on/.test(again.said), false);

      // Lists grow by repetition: a second network, which is not finished.
      const more = ["--networks", "resunet", "--presets", "resunet=small"];
      const finished = await run("table", ...args, ...more, "--finished");
      assertEquals([finished.code, finished.answered], [0, first.answered]);
      const elsewhere = args.map((arg) => arg === out ? join(dir, "new") : arg);
      const nothing = await run("table", ...elsewhere, "--finished");
      assertEquals(nothing.code, 2);
      assertStringIncludes(nothing.said, "no cell is");

      const other = await run("table", ...args, "--seed", "1");
      assertEquals(other.code, 1);
      assertStringIncludes(other.said, "seed was 0, is 1");

      // A second split has runs of its own, and the first is not trained again.
      const splits = await run("table", ...args, "--split-seed", "0,1");
      assertEquals(splits.code, 0, splits.said);
      assertEquals(splits.said.match(/\S+: training/g), ["unet-tiny-plate-split1: training"]);
      assertMatch(splits.answered, /over splits/);
      const partsOf = async (seed: number) =>
        await Deno.readTextFile(join(out, `split-plate-${seed}.json`));
      assertNotEquals(await partsOf(0), await partsOf(1));

      // A killed run goes on from its checkpoint, under the same command.
      await Deno.remove(join(out, "runs/unet-tiny-plate/result.json"));
      const resumed = await run("table", ...args);
      assertStringIncludes(resumed.said, "unet-tiny-plate: going on");
      assertEquals(resumed.answered, first.answered);
    }),
);
