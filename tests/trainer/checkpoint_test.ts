import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { readCheckpoint, readStart, writeCheckpoint } from "../../trainer/checkpoint.ts";
import { type Tensor, writeSafetensors } from "../../models/safetensors.ts";
import { withTempDir } from "../helpers/temp_dir.ts";

const tensors = new Map<string, Tensor>([
  ["weight/kernel", { dtype: "F32", shape: [2, 1], data: Float32Array.of(0.5, -3) }],
  ["average/kernel", { dtype: "F32", shape: [2, 1], data: Float32Array.of(0.25, -2) }],
]);

Deno.test("writeCheckpoint() and readCheckpoint() keep the step and every number", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "last.safetensors");
    for (const checkpoint of [{ step: 7, skipped: 3, tensors }, { step: 0, tensors }]) {
      await writeCheckpoint(file, checkpoint);
      assertEquals(await readCheckpoint(file), checkpoint);
    }
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).length, 1);
    await Deno.writeTextFile(join(dir, "other"), "");
    assertEquals((await Deno.stat(file)).mode, (await Deno.stat(join(dir, "other"))).mode);
  }));

Deno.test("readCheckpoint() reads one that also has a best score, as they had", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "last.safetensors");
    const state = JSON.stringify({ step: 7, best: 0.625 });
    const bytes = writeSafetensors(tensors, { lineside: "checkpoint/1", state });
    await Deno.writeFile(file, bytes);
    assertEquals(await readCheckpoint(file), { step: 7, tensors });
  }));

Deno.test("writeCheckpoint() leaves the old checkpoint when it fails, and no rest", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "last.safetensors");
    await Deno.mkdir(join(file, "in the way"), { recursive: true });
    await assertRejects(() => writeCheckpoint(file, { step: 1, tensors }));
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name), [
      "last.safetensors",
    ]);
  }));

Deno.test("readStart() gives the best checkpoint, and the last before there is a best", () =>
  withTempDir(async (dir) => {
    const [best, last] = [join(dir, "best"), join(dir, "last")];
    await writeCheckpoint(last, { step: 3, tensors });
    assertEquals((await readStart({ best, last })).step, 3);
    await writeCheckpoint(best, { step: 2, tensors });
    assertEquals((await readStart({ best, last })).step, 2);
  }));

Deno.test("readCheckpoint() refuses a cut file and another file, by name", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "last.safetensors");
    await writeCheckpoint(file, { step: 1, tensors });
    const bytes = await Deno.readFile(file);
    for (const wrong of [bytes.slice(0, -1), new TextEncoder().encode("{}"), new Uint8Array()]) {
      await Deno.writeFile(file, wrong);
      await assertRejects(() => readCheckpoint(file), Error, file);
    }
  }));
