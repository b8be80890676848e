import { join } from "@std/path";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type CellResult,
  expectSameRun,
  readResult,
  writeResult,
} from "../../../trainer/table/cell.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { tinyConfig } from "../tiny_dataset.ts";

const result: CellResult = {
  ...{
    product: "plate",
    network: "unet",
    preset: "tiny",
    pretrained: false,
    seed: 0,
    splitSeed: 0,
  },
  ...{ steps: 4, batch: 2, threshold: 0.5, images: 3, iouImage: 0.5, allEmpty: 0.5, iouDefect: 0 },
};

Deno.test("readResult() reads what writeResult() wrote, and null where there is none", () =>
  withTempDir(async (dir) => {
    assertEquals(await readResult(dir), null);
    await writeResult(dir, result);
    assertEquals(await readResult(dir), result);
  }));

Deno.test("readResult() names the file and the field that is wrong", () =>
  withTempDir(async (dir) => {
    await Deno.writeTextFile(join(dir, "result.json"), JSON.stringify({ ...result, iouImage: 2 }));
    const error = await assertRejects(() => readResult(dir), TypeError, "result.json");
    assertEquals(error.message.includes("iouImage"), true);
    await Deno.writeTextFile(join(dir, "result.json"), "");
    await assertRejects(() => readResult(dir), SyntaxError, join(dir, "result.json"));
  }));

Deno.test("expectSameRun() names what differs, and lets go what decides nothing", () => {
  const config = tinyConfig("parts");
  expectSameRun("run", config, { ...config, workers: 2, cacheMb: 1, checkpointEvery: 9 });
  expectSameRun("run", config, { ...config, data: "./parts/" });
  const encoder = { file: "vit.safetensors", sha256: "1f" };
  const moved = { ...encoder, file: "weights/vit.safetensors" };
  expectSameRun("run", { ...config, encoder }, { ...config, encoder: moved });
  for (
    const other of [
      { ...encoder, sha256: "2e" },
      { ...encoder, normalisation: "imagenet" as const },
      null,
    ]
  ) {
    assertThrows(
      () => expectSameRun("run", { ...config, encoder }, { ...config, encoder: other }),
      Error,
      "encoder was",
    );
  }
  assertThrows(
    () => expectSameRun("run", config, { ...config, steps: 7, seed: 1 }),
    Error,
    'Cannot go on with "run": steps was 6, is 7; seed was 0, is 1',
  );
});
