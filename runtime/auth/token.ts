// Bearer tokens: how one is made, what is stored of it, how one is compared. Knows no file and no request.
//
// A token is 256 random bits, so SHA-256 is enough to store it: a slow hash (scrypt) protects words that
// people choose, which can be guessed by trying; 2²⁵⁶ values cannot, at any speed. A fast one can be asked at
// every request.

import { timingSafeEqual } from "node:crypto";

const PREFIX = "lsd_";
const RANDOM_BYTES = 32;

/** A new token: "lsd_" and 43 characters of base64url, safe in a header and in a WebSocket's sub-protocol. */
export function makeToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  return PREFIX + bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** SHA-256 of a token, 32 bytes. */
export async function hashToken(token: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
}

/** Takes as long whatever the bytes are. Both have 32. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return timingSafeEqual(a, b);
}
