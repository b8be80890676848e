import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { parseTokens, readTokens, writeTokens } from "../../../runtime/auth/token_file.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

const RECORD = {
  ...{ name: "camera", sha256: "a".repeat(64), roles: ["stream" as const] },
  created: "2026-01-01T00:00:00.000Z",
};

Deno.test("writeTokens() is read back, and only its owner can read it", async () => {
  await withTempDir(async (dir) => {
    const file = join(dir, "tokens.json");
    assertEquals(await readTokens(file), []);
    await writeTokens(file, [RECORD]);
    assertEquals(await readTokens(file), [RECORD]);
    assertEquals((await Deno.stat(file)).mode! & 0o777, 0o600);
  });
});

Deno.test("parseTokens() names what is wrong, and no hash", () => {
  const file = (tokens: unknown) => JSON.stringify({ schema: "lineside.tokens/1", tokens });
  const cases: [string, string][] = [
    ["{", "not JSON"],
    [file([{ ...RECORD, sha256: "f".repeat(63) }]), "tokens.0.sha256: must be 64 hex digits"],
    [file([{ ...RECORD, roles: ["root"] }]), "tokens.0.roles.0"],
    [file([{ ...RECORD, token: "x" }]), "tokens.0"],
    [file([RECORD, RECORD]), "two tokens have one name"],
    [JSON.stringify({ tokens: [] }), "schema"],
  ];
  for (const [text, hint] of cases) {
    const { message } = assertThrows(() => parseTokens(text, "t.json"), TypeError, hint);
    assertEquals([message.includes("t.json"), message.includes("ffff")], [true, false]);
  }
});
