import { assertEquals } from "@std/assert";
import { createAuthority } from "../../../runtime/auth/authority.ts";
import { hashToken, makeToken } from "../../../runtime/auth/token.ts";

async function record(name: string, token: string, expires?: number) {
  return {
    ...{ name, roles: ["read" as const], created: "2026-01-01T00:00:00Z" },
    sha256: (await hashToken(token)).toHex(),
    ...(expires === undefined ? {} : { expires: new Date(expires).toISOString() }),
  };
}

Deno.test("createAuthority() knows a token by its hash, until it is replaced", async () => {
  const authority = createAuthority();
  const [a, b] = [makeToken(), makeToken()];
  authority.replace([await record("first", a), await record("second", b)]);
  assertEquals(await authority.check(b), { name: "second", roles: ["read"] });
  assertEquals(await authority.check((await hashToken(b)).toHex()), undefined);
  assertEquals(await authority.check(""), undefined);
  authority.replace([await record("first", a)]);
  assertEquals([(await authority.check(a))?.name, await authority.check(b)], ["first", undefined]);
});

Deno.test("createAuthority() takes a token before the time it expires, not at it", async () => {
  let now = 999;
  const authority = createAuthority(() => now);
  const token = makeToken();
  authority.replace([await record("short", token, 1000)]);
  assertEquals((await authority.check(token))?.name, "short");
  now = 1000;
  assertEquals(await authority.check(token), undefined);
});

Deno.test("createAuthority() keeps what was admitted when the file changes", async () => {
  const authority = createAuthority();
  const token = makeToken();
  await authority.admit(token, { name: "camera", roles: ["stream"] });
  authority.replace([]);
  assertEquals(await authority.check(token), { name: "camera", roles: ["stream"] });
});
