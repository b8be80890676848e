import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { hashToken } from "../../runtime/auth/token.ts";
import { readTokens } from "../../runtime/auth/token_file.ts";
import { withTempDir } from "../helpers/temp_dir.ts";

async function run(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-P=token", "runtime/token_command.ts", ...args],
    ...{ stdin: "null", stdout: "piped", stderr: "piped", env: { NO_COLOR: "1" } },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("deno task token makes, lists and revokes", async () => {
  await withTempDir(async (dir) => {
    const file = `--file=${join(dir, "tokens.json")}`;
    const made = await run("make", file, "--name=camera", "--roles=stream", "--days=1");
    const token = made.out.trim();
    const [record] = await readTokens(join(dir, "tokens.json"));
    assertEquals([made.code, record!.name, record!.roles], [0, "camera", ["stream"]]);
    assertEquals(record!.sha256, (await hashToken(token)).toHex());
    assertEquals(Date.parse(record!.expires!) - Date.parse(record!.created), 86_400_000);
    assertEquals((await Deno.readTextFile(join(dir, "tokens.json"))).includes(token), false);

    const listed = await run("list", file);
    assert(listed.out.startsWith("camera  stream  made "), listed.out);
    assertEquals(listed.out.includes(record!.sha256), false);
    assertStringIncludes((await run("make", file, "--name=camera")).err, "has a token already");
    assertEquals((await run("revoke", file, "--name=camera")).code, 0);
    assertEquals(await readTokens(join(dir, "tokens.json")), []);
  });
});

Deno.test("deno task token says what it was not told", async () => {
  const cases: [string[], string][] = [
    [[], "say make, list or revoke"],
    [["make"], "--name must be given"],
    [["make", "--name=a b"], "--name must be 1 to 64 letters"],
    [["make", "--name=a", "--roles=root"], "--roles must be one of stream, read, admin"],
    [["revoke", "--name=a", "--file=/nowhere.json"], `has no token of "a"`],
  ];
  for (const [args, hint] of cases) {
    const { code, err } = await run(...args);
    assertEquals(code, 2);
    assertStringIncludes(err, hint);
  }
});
