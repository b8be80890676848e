import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { readJsonFile, writeJsonFile } from "../../models/json_file.ts";
import { withTempDir } from "../helpers/temp_dir.ts";

const schema = z.strictObject({ steps: z.int() });

Deno.test("readJsonFile() reads what writeJsonFile() writes, also behind a byte order mark", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "a.json");
    await writeJsonFile(file, { steps: 3 });
    assertEquals(await readJsonFile(file, "run", schema), { steps: 3 });
    await Deno.writeTextFile(file, '\uFEFF{"steps": 4}');
    assertEquals(await readJsonFile(file, "run", schema), { steps: 4 });
  }));

Deno.test("readJsonFile() names the file, and the field that is wrong", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "a.json");
    for (
      const [text, kind, words] of [
        ["", SyntaxError, `Cannot read run "${file}": not JSON`],
        ['{"steps": "many"}', TypeError, "at steps"],
      ] as const
    ) {
      await Deno.writeTextFile(file, text);
      await assertRejects(() => readJsonFile(file, "run", schema), kind, words);
    }
  }));
