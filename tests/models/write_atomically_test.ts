import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { removePartials, writeAtomically } from "../../models/write_atomically.ts";
import { withTempDir } from "../helpers/temp_dir.ts";

const names = async (dir: string) =>
  (await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name).sort();

Deno.test("writeAtomically() writes and replaces, with the mode of any other file", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "a.json");
    await writeAtomically(file, "old, and longer");
    await writeAtomically(file, "new");
    assertEquals(await Deno.readTextFile(file), "new");
    await writeAtomically(file, Uint8Array.of(1, 2));
    assertEquals(await Deno.readFile(file), Uint8Array.of(1, 2));
    await Deno.writeTextFile(join(dir, "b"), "");
    assertEquals((await Deno.stat(file)).mode, (await Deno.stat(join(dir, "b"))).mode);
    assertEquals(await names(dir), ["a.json", "b"]);
  }));

Deno.test("writeAtomically() leaves what was there when it fails, and no rest", () =>
  withTempDir(async (dir) => {
    await Deno.mkdir(join(dir, "a.json/in the way"), { recursive: true });
    await assertRejects(() => writeAtomically(join(dir, "a.json"), "new"));
    assertEquals(await names(dir), ["a.json"]);
  }));

Deno.test("removePartials() removes what a killed writeAtomically() leaves, and nothing else", () =>
  withTempDir(async (dir) => {
    const module = new URL("../../models/write_atomically.ts", import.meta.url).href;
    const code = `
      Deno.rename = () => { Deno.kill(Deno.pid, "SIGKILL"); return new Promise(() => {}); };
      const { writeAtomically } = await import(${JSON.stringify(module)});
      await writeAtomically(${JSON.stringify(join(dir, "a.json"))}, "new");`;
    await writeAtomically(join(dir, "a.json"), "old");
    await Deno.writeTextFile(join(dir, ".hidden"), "");
    await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
    assertEquals((await names(dir)).length, 3);
    await removePartials(dir);
    assertEquals(await names(dir), [".hidden", "a.json"]);
    assertEquals(await Deno.readTextFile(join(dir, "a.json")), "old");
  }));
