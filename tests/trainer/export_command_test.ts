import { assertEquals, assertStringIncludes } from "@std/assert";
import { withTempDir } from "../helpers/temp_dir.ts";
import { run } from "./commands.ts";

Deno.test("export says what is wrong with its flags, and ends with 2", async () => {
  for (
    const [args, words] of [
      [["--name", "x"], "--run must name the folder of a run"],
      [["--run", "x"], "--name must name the model"],
      [["--run", "x", "--name", "y", "--checkpoint", "first"], "--checkpoint must be one of best"],
      [["--run", "x", "--name", "y", "--repalce"], "Did you mean --replace?"],
    ] as const
  ) {
    const { code, said } = await run("export", ...args);
    assertEquals(code, 2);
    assertStringIncludes(said, words);
  }
});

Deno.test("export ends with 1 where there is no run", () =>
  withTempDir(async (dir) => {
    const { code, said } = await run("export", "--run", dir, "--name", "x");
    assertEquals(code, 1);
    assertStringIncludes(said, `Cannot open run "${dir}"`);
    assertStringIncludes(said, "deno task train");
  }));

Deno.test("export --help names every flag", async () => {
  const { code, answered } = await run("export", "--help");
  assertEquals(code, 0);
  for (const flag of ["run", "name", "version", "models", "checkpoint", "replace"]) {
    assertStringIncludes(answered, `--${flag}`);
  }
});
