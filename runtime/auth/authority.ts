// Says whose a token is, and when it is so no more. Knows no request; how records come and change is the caller's matter.

import { type Clock, systemClock } from "../stream/clock.ts";
import { allows, type Role } from "./roles.ts";
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
  /**
   * Calls `end` once the token of a caller is no longer good for what it needs: it was revoked, has lost the role or
   * has expired. At once when that is so already. The returned function ends the looking.
   */
  hold(caller: Caller, needed: Role, end: () => void): () => void;
  /** Replaces the records of the file; tokens that were admitted remain. */
  replace(records: readonly TokenRecord[]): void;
  /** Admits one more token for the life of the process. */
  admit(token: string, caller: Caller): Promise<void>;
}

interface Known extends Caller {
  readonly hash: Uint8Array;
  readonly expiresMs: number;
}

/** Timers of more than 24.8 days fire at once. */
const LONGEST_TIMER_MS = 86_400_000;

/** @param now milliseconds since 1970. */
export function createAuthority(
  now: () => number = Date.now,
  clock: Clock = systemClock,
): Authority {
  let ofFile: readonly Known[] = [];
  const admitted: Known[] = [];
  const hashes = new WeakMap<Caller, Uint8Array>();
  const holds = new Set<() => void>();

  /** One that has not expired. */
  function find(hash: Uint8Array): Known | undefined {
    // Every record is compared, so that the time does not say which one was near.
    let found: Known | undefined;
    for (const known of [...admitted, ...ofFile]) {
      if (sameHash(hash, known.hash)) found = known;
    }
    return found && found.expiresMs > now() ? found : undefined;
  }

  return {
    async check(token) {
      const hash = await hashToken(token);
      const found = find(hash);
      if (!found) return undefined;
      const caller = { name: found.name, roles: found.roles };
      hashes.set(caller, hash);
      return caller;
    },
    hold(caller, needed, end) {
      const hash = hashes.get(caller);
      let cancel = () => {};
      function release(): void {
        cancel();
        holds.delete(look);
      }
      function look(): void {
        cancel();
        const found = hash && find(hash);
        if (!found || !allows(found.roles, needed)) {
          release();
          end();
        } else if (found.expiresMs < Infinity) {
          cancel = clock.after(Math.min(found.expiresMs - now(), LONGEST_TIMER_MS), look);
        }
      }
      holds.add(look);
      look();
      return release;
    },
    replace(records) {
      ofFile = records.map(({ name, roles, sha256, expires }) => ({
        ...{ name, roles },
        hash: Uint8Array.fromHex(sha256),
        expiresMs: expires === undefined ? Infinity : Date.parse(expires),
      }));
      for (const look of [...holds]) look();
    },
    async admit(token, { name, roles }) {
      admitted.push({ name, roles, hash: await hashToken(token), expiresMs: Infinity });
    },
  };
}
