// `deno task networks`, as the process that a user starts.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { presetNames } from "../../trainer/networks/presets.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { run } from "./commands.ts";

const root = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("networks prints a row a preset, and README holds the same table", () =>
  withTempDir(async (dir) => {
    const document = join(dir, "README.md");
    await Deno.writeTextFile(document, "<!-- networks:begin -->\n<!-- networks:end -->\n");
    const { code, answered, said } = await networks("--readme", document);
    assertEquals(code, 0, said);
    for (const [network, presets] of presetNames) {
      for (const preset of presets) {
        assertMatch(answered, new RegExp(`^\\| ${network} +\\| ${preset} +\\| +\\d`, "m"));
      }
    }
    const table = `<!-- networks:begin -->\n\n${answered}\n<!-- networks:end -->\n`;
    assertEquals(await Deno.readTextFile(document), table);
    assertStringIncludes(
      await Deno.readTextFile(join(root, "README.md")),
      table,
      "write it again: deno task networks --readme README.md",
    );
  }));

Deno.test("networks says what is wrong with its flags, and ends with 2", async () => {
  const { code, said } = await networks("--raedme", "README.md");
  assertEquals(code, 2);
  assertStringIncludes(said, "Did you mean --readme?");
});

Deno.test("networks --help names its flag and the size it measures at", async () => {
  const { code, answered } = await networks("--help");
  assertEquals(code, 0);
  assertStringIncludes(answered, "--readme");
  assertStringIncludes(answered, "256×256");
});

const networks = (...args: string[]) => run("networks", ...args);
