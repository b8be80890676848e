import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openAuthority } from "../../../runtime/auth/open_authority.ts";
import { hashToken, makeToken } from "../../../runtime/auth/token.ts";
import { writeTokens } from "../../../runtime/auth/token_file.ts";
import { createLogger } from "../../../runtime/log/logger.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { until } from "../../helpers/served_app.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

async function recordOf(name: string, token: string) {
  const sha256 = (await hashToken(token)).toHex();
  return { name, sha256, roles: ["read" as const], created: "2026-01-01T00:00:00.000Z" };
}

function outside() {
  const lines: string[] = [];
  const clock = fakeClock();
  return { lines, clock, log: createLogger({ write: (line) => lines.push(line) }) };
}

Deno.test("openAuthority() asks nobody without tokens", async () => {
  assertEquals(await openAuthority({}, outside()), undefined);
});

Deno.test("openAuthority() takes up a changed file, and keeps the tokens when it is spoilt", async () => {
  await withTempDir(async (dir) => {
    const file = join(dir, "tokens.json");
    const [a, b] = [makeToken(), makeToken()];
    await writeTokens(file, [await recordOf("a", a)]);
    const { clock, lines, log } = outside();
    const opened = (await openAuthority({ tokens: file }, { clock, log }))!;
    const { authority } = opened;
    assertEquals((await authority.check(a))?.name, "a");

    await writeTokens(file, [await recordOf("b", b)]);
    clock.advance(2000);
    await until(() => lines.length === 1);
    assertEquals([await authority.check(a), (await authority.check(b))?.name], [undefined, "b"]);

    await until(() => clock.pending === 1);
    await Deno.writeTextFile(file, "spoilt");
    clock.advance(2000);
    await until(() => lines.length === 2);
    assertEquals([(await authority.check(b))?.name, lines[1]!.includes("stay")], ["b", true]);
    await until(() => clock.pending === 1);
    opened.close();
    assertEquals(clock.pending, 0);
  });
});

Deno.test("openAuthority() refuses a file without a token, and says how to make one", async () => {
  const { clock, log } = outside();
  const open = openAuthority({ tokens: "/nowhere/tokens.json" }, { clock, log });
  await assertRejects(() => open, TypeError, "deno task token make");
  assertEquals(clock.pending, 0);
});
