import { join } from "@std/path";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { expectSection, replaceSection, writeSection } from "../../../trainer/report/readme.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

const text = "before\n<!-- table:begin -->\nold\n<!-- table:end -->\nafter\n";

Deno.test("replaceSection() replaces what stands between the markers and nothing else", () => {
  const expected = "before\n<!-- table:begin -->\n\nnew\n\n<!-- table:end -->\nafter\n";
  assertEquals(replaceSection(text, "table", "new\n"), expected);
  assertEquals(replaceSection(expected, "table", "new"), expected);
});

Deno.test("replaceSection() refuses missing, repeated and reversed markers", () => {
  const wrong = [
    "no markers",
    "<!-- table:begin -->",
    "<!-- table:end --><!-- table:begin -->",
    text + text,
  ];
  for (const document of wrong) {
    assertThrows(() => replaceSection(document, "table", "new"), RangeError, "table");
  }
});

Deno.test("expectSection() throws what writeSection() would, and changes nothing", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "README.md");
    for (
      const write of [expectSection, (...place: [string, string]) => writeSection(...place, "new")]
    ) {
      await assertRejects(() => write(file, "table"), Deno.errors.NotFound);
    }
    await Deno.writeTextFile(file, text);
    await expectSection(file, "table");
    assertEquals(await Deno.readTextFile(file), text);
    await assertRejects(() => expectSection(file, "metrics"), RangeError, "metrics:begin");
  }));
