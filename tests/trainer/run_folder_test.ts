import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { createRun, openRun } from "../../trainer/run_folder.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";

Deno.test("createRun() and openRun() give the same configuration and split", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(join(dir, "data"));
    const made = await createRun(join(dir, "run"), tinyConfig(join(dir, "data")));
    assertEquals(await openRun(join(dir, "run")), made);
    assertEquals(Object.values(made.split.parts).flat().length, 10);
  }));

Deno.test("createRun() does not overwrite a run", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(join(dir, "data"));
    const config = tinyConfig(join(dir, "data"));
    await createRun(join(dir, "run"), config);
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
