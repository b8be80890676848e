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
      [["--data", "x", "--encoder", "vit", "--networks", "unet"], "--encoder is for dpt"],
      [
        ["--data", "x", "--encoder-normalisation", "half", "--networks", "unet"],
        "--encoder is for dpt",
      ],
    ] as const
  ) {
    const { code, said } = await run("table", ...args);
    assertEquals(code, 2);
    assertStringIncludes(said, words);
  }
});

Deno.test("table says what is wrong with a cell before the first one trains", () =>
  withTempDir(async (dir) => {
    const [data, out, spare] = ["data", "out", "spare"].map((name) => join(dir, name)) as [
      ...[string, string, string],
    ];
    await writeTwoProducts(data, "bolt a", "bolt_a");
    await Deno.mkdir(join(spare, "bolt a"), { recursive: true });
    await Deno.writeTextFile(join(dir, "README.md"), "no markers");
    for (
      const [args, code, words] of [
        [[], 2, 'unet-tiny-bolt a and unet-tiny-bolt_a would be one package, "unet-tiny-bolt-a"'],
        [["--more-good", spare], 2, `there is no "${join(spare, "bolt_a")}"`],
        [["--augment", "all;nut=turn"], 2, "--augment: "],
        [["--networks", "dpt", "--encoder", join(dir, "absent")], 1, "absent"],
        [["--networks", "dpt", "--size", "48"], 2, "--size 48 does not fit dpt"],
        [["--readme", join(dir, "README.md")], 1, "table:begin"],
      ] as const
    ) {
      const unet = ["--data", data, "--out", out, "--networks", "unet", "--presets", "unet=tiny"];
      const result = await run("table", ...unet, "--crop", "0", ...args);
      assertStringIncludes(result.said, words);
      assertEquals(result.code, code);
      assertEquals(result.said.includes("training"), false);
    }
    assertEquals(await exists(out), false);
  }));

/** Two products of the tiny data set. */
async function writeTwoProducts(data: string, ...names: [string, string]): Promise<void> {
  for (const name of names) {
    await writeTinyDataset(data, 10, 20);
    await Deno.rename(join(data, "plate"), join(data, name));
  }
}

await testIf(
  "tensorflow",
  "table gives each class its own switches and further images, refuses results of other labels, and goes on after one diverged",
  () =>
    withTempDir(async (dir) => {
      const [data, spare] = [join(dir, "data"), join(dir, "spare")];
      await writeTwoProducts(data, "bolt", "plate");
      for (const product of ["bolt", "plate"]) {
        const [good] = await Array.fromAsync(Deno.readDir(join(data, product, "train/good")));
        await Deno.mkdir(join(spare, product), { recursive: true });
        const from = join(data, product, "train/good", good!.name);
        await Deno.rename(from, join(spare, product, `${product}.png`));
      }
      const args = [
        ...["--data", data, "--networks", "unet", "--presets", "unet=tiny", "--crop", "0"],
        ...["--size", "16", "--batch", "2", "--steps", "1"],
      ];
      const own = ["--augment", "all;bolt=turn", "--more-good", spare, "--out", join(dir, "own")];
      const first = await run("table", ...args, ...own);
      assertEquals(first.code, 0, first.said);
      const switchesOf = async (product: string) => {
        const file = join(dir, "own/runs", `unet-tiny-${product}`, "config.json");
        return JSON.parse(await Deno.readTextFile(file)).augment.products;
      };
      assertEquals([await switchesOf("bolt"), await switchesOf("plate")], [{ bolt: ["turn"] }, {}]);
      // One class of several that were asked for before is the same cell.
      const alone = await run("table", ...args, ...own, "--classes", "plate", "--augment", "all");
      assertEquals(alone.code, 2);
      const plate = own.with(1, "all");
      assertEquals((await run("table", ...args, ...plate, "--classes", "plate")).code, 0);

      const masks = join(data, "plate/ground_truth/spot");
      await Deno.copyFile(join(masks, "11_mask.png"), join(masks, "12_mask.png"));
      const relabelled = await run("table", ...args, ...own);
      assertEquals(relabelled.code, 1);
      assertStringIncludes(relabelled.said, "images or masks of plate have changed since");

      const wild = ["--learning-rate", "1e38", "--steps", "5", "--out", join(dir, "wild")];
      const both = await run("table", ...args.slice(0, -2), ...wild);
      assertEquals(both.code, 1);
      assertStringIncludes(both.said, "unet-tiny-bolt: The loss is");
      assertStringIncludes(both.said, "No result of unet-tiny-bolt, unet-tiny-plate");
    }),
);

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
