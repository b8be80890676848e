import { join } from "@std/path";
import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { exists } from "../../models/files.ts";
import { createRun, hasBegun, openRun } from "../../trainer/run_folder.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";

Deno.test("createRun() and openRun() give the same configuration and split", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(join(dir, "data"));
    const made = await createRun(join(dir, "run"), tinyConfig(join(dir, "data")));
    assertEquals(await openRun(join(dir, "run")), made);
    assertEquals(Object.values(made.split.parts).flat().length, 10);
  }));

Deno.test("createRun() uses one split file for several runs, whose seed it names", () =>
  withTempDir(async (dir) => {
    const [data, file] = [join(dir, "data"), join(dir, "split.json")];
    await writeTinyDataset(data);
    const first = await createRun(join(dir, "a"), tinyConfig(data, { splitSeed: 7 }), file);
    const second = await createRun(join(dir, "b"), tinyConfig(data), file);
    assertEquals(second.split, first.split);
    assertEquals(second.config.splitSeed, 7);
    assertEquals(await openRun(join(dir, "b")), second);
    const own = await createRun(join(dir, "c"), tinyConfig(data));
    assertNotEquals(own.split.parts, first.split.parts);
  }));

Deno.test("createRun() refuses the split of another data set and leaves no folder", () =>
  withTempDir(async (dir) => {
    const [data, file] = [join(dir, "data"), join(dir, "split.json")];
    await writeTinyDataset(data);
    await createRun(join(dir, "a"), tinyConfig(data), file);
    await Deno.remove(join(data, "plate/train/good/0.png"));
    await assertRejects(
      () => createRun(join(dir, "b"), tinyConfig(data), file),
      Error,
      '"plate/train/good/0.png"',
    );
    assertEquals(await exists(join(dir, "b")), false);
  }));

Deno.test("createRun() overwrites a run that could not start, and none that has begun", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(join(dir, "data"));
    const config = tinyConfig(join(dir, "data"));
    const { log, last } = await createRun(join(dir, "run"), config);
    assertEquals(await hasBegun(join(dir, "run")), false);
    await Deno.writeTextFile(join(dir, "run/ranges.json"), "{}");
    const { ranges } = await createRun(join(dir, "run"), { ...config, seed: 3 });
    assertEquals(await exists(ranges), false);
    assertEquals((await openRun(join(dir, "run"))).config.seed, 3);
    for (const file of [log, last]) {
      await Deno.writeTextFile(file, "");
      assertEquals(await hasBegun(join(dir, "run")), true);
      await Deno.remove(file);
    }
    await Deno.writeTextFile(log, "");
    await assertRejects(() => createRun(join(dir, "run"), config), Error, "--resume");
  }));

Deno.test("createRun() leaves nothing where there is no data set", () =>
  withTempDir(async (dir) => {
    await assertRejects(() => createRun(join(dir, "run"), tinyConfig(join(dir, "absent"))));
    assertEquals(await Array.fromAsync(Deno.readDir(dir)), []);
  }));

Deno.test("openRun() refuses a folder that holds no run", () =>
  withTempDir(async (dir) => {
    await assertRejects(() => openRun(dir), Error, dir);
  }));
