import { assert, assertEquals } from "@std/assert";
import { hashToken, makeToken, sameHash } from "../../../runtime/auth/token.ts";

Deno.test("makeToken() makes 256 random bits that fit a header and a sub-protocol", () => {
  const tokens = Array.from({ length: 50 }, makeToken);
  assertEquals(new Set(tokens).size, 50);
  for (const token of tokens) assert(/^lsd_[A-Za-z0-9_-]{43}$/.test(token), token);
});

Deno.test("hashToken() is SHA-256", async () => {
  assertEquals(
    (await hashToken("abc")).toHex(), // FIPS 180-4, appendix B.1
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

Deno.test("sameHash() compares all bytes", () => {
  const hash = new Uint8Array(32);
  assertEquals([sameHash(hash, hash.slice()), sameHash(hash, hash.with(31, 1))], [true, false]);
});
