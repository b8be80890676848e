// Says whose a token is. Knows no request; how records come and change is the caller's matter.

import type { Role } from "./roles.ts";
import { hashToken, sameHash } from "./token.ts";
import type { TokenRecord } from "./token_file.ts";

/** Who a token belongs to. */
export interface Caller {
  readonly name: string;
  readonly roles: readonly Role[];
}

export interface Authority {
  /** Undefined for a token that is unknown or has expired. */
  check(token: string): Promise<Caller | undefined>;
  /** Replaces the records of the file; tokens that were admitted remain. */
  replace(records: readonly TokenRecord[]): void;
  /** Admits one more token for the life of the process. */
  admit(token: string, caller: Caller): Promise<void>;
}

interface Known extends Caller {
  readonly hash: Uint8Array;
  readonly expiresMs: number;
}

/** @param now milliseconds since 1970. */
export function createAuthority(now: () => number = Date.now): Authority {
  let ofFile: readonly Known[] = [];
  const admitted: Known[] = [];
  return {
    async check(token) {
      const hash = await hashToken(token);
      // Every record is compared, so that the time does not say which one was near.
      let found: Known | undefined;
      for (const known of [...admitted, ...ofFile]) {
        if (sameHash(hash, known.hash)) found = known;
      }
      if (!found || found.expiresMs <= now()) return undefined;
      return { name: found.name, roles: found.roles };
    },
    replace(records) {
      ofFile = records.map(({ name, roles, sha256, expires }) => ({
        ...{ name, roles },
        hash: Uint8Array.fromHex(sha256),
        expiresMs: expires === undefined ? Infinity : Date.parse(expires),
      }));
    },
    async admit(token, { name, roles }) {
      admitted.push({ name, roles, hash: await hashToken(token), expiresMs: Infinity });
    },
  };
}
