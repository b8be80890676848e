import { join } from "@std/path";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { openEventFile } from "../../../trainer/tensorboard/event_file.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import golden from "./golden/events.json" with { type: "json" };

const names = async (dir: string) =>
  (await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name).sort();

Deno.test("openEventFile() writes the bytes that TensorBoard's own writer does", () =>
  withTempDir(async (dir) => {
    let path: string;
    {
      using file = await openEventFile(dir, 300, () => golden.timeMs);
      path = file.path;
      file.scalar("train/loss", 301, 0.1);
      file.scalar("validation/größe", 2 ** 40, -2.5);
      file.image("validation/overlay", 2 ** 40, Uint8Array.fromBase64(golden.png));
    }
    assertEquals((await Deno.readFile(path)).toBase64(), golden.file);
  }));

Deno.test("openEventFile() gives a resumed run a file that sorts behind the earlier ones", () =>
  withTempDir(async (dir) => {
    const paths: string[] = [];
    for (const timeMs of [999_000, 1_700_000_000_000, 1_700_000_000_999]) {
      using file = await openEventFile(dir, 0, () => timeMs);
      paths.push(file.path);
    }
    assertEquals((await names(dir)).map((name) => join(dir, name)), paths);
    for (const path of paths) assertMatch(path, /events\.out\.tfevents\.\d{10}\./);
  }));

Deno.test("openEventFile() gives each event the time at which it is written", () =>
  withTempDir(async (dir) => {
    let timeMs = 1000;
    using file = await openEventFile(dir, 0, () => timeMs);
    const { size } = await Deno.stat(file.path);
    timeMs = 2000;
    file.scalar("t", 1, 1);
    const bytes = await Deno.readFile(file.path);
    // After the record's length and checksum and the field's key.
    assertEquals(new DataView(bytes.buffer).getFloat64(size + 12 + 1, true), 2);
  }));

Deno.test("openEventFile() throws where there is no folder", async () => {
  await assertRejects(() => openEventFile("absent/folder", 0), Deno.errors.NotFound);
});
