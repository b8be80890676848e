// `deno task data` as the process that a user starts, with the permissions of the task.

import { fromFileUrl } from "@std/path";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { emptyFiles, maskPng, plainPng, withFiles } from "../helpers/data_files.ts";

const project = fromFileUrl(new URL("../../", import.meta.url));

async function data(...args: string[]): Promise<{ code: number; answered: string; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-P=data", "trainer/data_command.ts", ...args],
    cwd: project,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, answered: decoder.decode(stdout), said: decoder.decode(stderr) };
}

const sound = {
  ...{ "images/bent/1.png": await plainPng(1), "masks/bent/1.png": await maskPng(1) },
  ...{ "images/bent/2.png": await plainPng(2), "masks/bent/2.png": await maskPng(0) },
};

Deno.test("data lists what is there, warns, and ends with 0", () =>
  withFiles({ ...sound, ...emptyFiles("images/bent/3.bmp") }, async (root) => {
    const { code, answered, said } = await data("--data", root, "--products", "bolt");
    assertEquals(code, 0, said);
    assertMatch(answered, /^Layout pairs: 1 product, 2 images\n/);
    assertMatch(answered, /\| bolt +\| bent +\| +1 \| +1 \| 4×2 /);
    assertStringIncludes(said, 'warning: "masks/bent/2.png" is black');
    assertStringIncludes(said, '"images/bent/3.bmp" is not used: images and masks must be PNG');
    assertMatch(said, /data 100% 2\/2 images/);
  }));

Deno.test("data --json gives the same to a machine", () =>
  withFiles(sound, async (root) => {
    const { code, answered } = await data("--data", root, "--json");
    const { layout, classes, problems, warnings } = JSON.parse(answered);
    assertEquals([code, layout, classes.length, problems], [0, "pairs", 2, []]);
    assertEquals(warnings[0].kind, "empty-mask");
  }));

Deno.test("data names the files that cannot be used up to a limit, and ends with 1", async () => {
  const names = Array.from({ length: 31 }, (_, i) => `images/bent/${100 + i}.png`);
  const wrong = { ...sound, ...emptyFiles(...names), "masks/bent/1.png": await maskPng(1, 2, 4) };
  await withFiles(wrong, async (root) => {
    const { code, answered, said } = await data("--data", root);
    assertEquals(code, 1);
    assertStringIncludes(answered, "Layout pairs");
    assertStringIncludes(said, '"images/bent/100.png" has no mask, must be "masks/bent/100.png"');
    assertStringIncludes(said, "  and 12 more\n");
    const json = JSON.parse((await data("--data", root, "--json")).answered);
    assertEquals(json.problems.length, 32);
  });
});

Deno.test("data ends with 1 where there is no data set, and with 2 for wrong flags", () =>
  withFiles(emptyFiles("a.png"), async (root) => {
    for (
      const [args, expected, words] of [
        [["--data", root], 1, "<product>/train/good"],
        [["--data", `${root}/absent`], 1, "there is no such folder"],
        [[], 2, "--data must name a folder"],
        [["--data", root, "--jsn"], 2, "--json"],
      ] as const
    ) {
      const { code, said } = await data(...args);
      assertEquals(code, expected);
      assertStringIncludes(said, words);
    }
  }));

Deno.test("data --help names every flag", async () => {
  const { code, answered } = await data("--help");
  assertEquals(code, 0);
  for (const flag of ["data", "products", "json"]) assertStringIncludes(answered, `--${flag}`);
});
