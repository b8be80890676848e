import { assertEquals } from "@std/assert";
import { createAuthority } from "../../../runtime/auth/authority.ts";
import { hashToken, makeToken } from "../../../runtime/auth/token.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";

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

Deno.test("hold() ends once the token is revoked or loses the role, not when others change", async () => {
  const authority = createAuthority();
  const [a, b] = [makeToken(), makeToken()];
  const [first, second] = [await record("first", a), await record("second", b)];
  authority.replace([first, second]);
  const caller = (await authority.check(a))!;
  const ends = { revoked: 0, released: 0, admin: 0 };
  authority.hold(caller, "read", () => ends.revoked++);
  authority.hold(caller, "read", () => ends.released++)();
  authority.replace([first]);
  authority.replace([{ ...first, name: "renamed", roles: ["admin"] }]);
  assertEquals(ends, { revoked: 0, released: 0, admin: 0 });
  authority.hold(caller, "admin", () => ends.admin++);
  authority.replace([first]);
  assertEquals(ends, { revoked: 0, released: 0, admin: 1 });
  authority.replace([{ ...second, name: "first" }]); // another token under the name
  assertEquals(ends, { revoked: 1, released: 0, admin: 1 });
  authority.replace([]);
  assertEquals(ends, { revoked: 1, released: 0, admin: 1 });
});

Deno.test("hold() ends at once for a caller whose token is not good any more", async () => {
  const authority = createAuthority();
  const token = makeToken();
  authority.replace([await record("short", token)]);
  const caller = (await authority.check(token))!;
  authority.replace([]);
  let ended = 0;
  authority.hold(caller, "read", () => ended++);
  authority.hold({ name: "short", roles: ["read"] }, "read", () => ended++);
  assertEquals(ended, 2);
});

Deno.test("hold() ends when the token expires, in however many days, and leaves no timer", async () => {
  const clock = fakeClock();
  const authority = createAuthority(clock.now, clock);
  const token = makeToken();
  const day = 86_400_000;
  authority.replace([await record("long", token, 40.5 * day)]);
  const caller = (await authority.check(token))!;
  let ended = 0;
  authority.hold(caller, "read", () => ended++);
  const release = authority.hold(caller, "read", () => ended++);
  for (let days = 1; days <= 40; days++) clock.advance(day);
  clock.advance(day / 2 - 1);
  assertEquals([ended, clock.pending], [0, 2]);
  release();
  clock.advance(1);
  assertEquals([ended, clock.pending], [1, 0]);
});
