// When is a package that is being written ready, and when is it broken? Snapshots and times in, changes out.

import type { FolderSnapshot, PackageSeen } from "./folder_snapshot.ts";

export interface SettlingLimits {
  /** A whole package must not change for so long, in ms, to be taken. */
  readonly settleMs: number;
  /** One that is not whole must not change for so long, in ms, to be called broken. */
  readonly brokenMs: number;
}

export interface FolderChanges {
  readonly settled: readonly PackageSeen[];
  readonly broken: readonly PackageSeen[];
  readonly removed: readonly PackageSeen[];
  /** Some package is still on its way: look again soon. */
  readonly unsettled: boolean;
}

interface Watched {
  seen: PackageSeen;
  sinceMs: number;
  /** Signature of what has been reported. */
  told: string | undefined;
}

/**
 * Compares each snapshot with those before. A change of a package is reported once, after it has come to rest.
 *
 * @param first what is there at the start: whole packages of it are not reported.
 */
export function createSettling(
  first: FolderSnapshot,
  startMs: number,
  { settleMs, brokenMs }: SettlingLimits,
): (snapshot: FolderSnapshot, nowMs: number) => FolderChanges {
  const watched = new Map<string, Watched>();
  for (const [key, seen] of first) {
    const told = seen.problem === undefined ? seen.signature : undefined;
    watched.set(key, { seen, sinceMs: startMs, told });
  }

  return (snapshot, nowMs) => {
    const [settled, broken, removed]: PackageSeen[][] = [[], [], []];
    let unsettled = false;
    for (const [key, { seen }] of watched) {
      if (snapshot.has(key)) continue;
      watched.delete(key);
      removed!.push(seen);
    }
    for (const [key, seen] of snapshot) {
      const known = watched.get(key);
      const state = known ?? { seen, sinceMs: nowMs, told: undefined };
      if (state.seen.signature !== seen.signature) state.sinceMs = nowMs;
      state.seen = seen;
      watched.set(key, state);
      if (state.told === seen.signature) continue;
      const whole = seen.problem === undefined;
      if (nowMs - state.sinceMs < (whole ? settleMs : brokenMs)) {
        unsettled = true;
        continue;
      }
      state.told = seen.signature;
      (whole ? settled : broken)!.push(seen);
    }
    return { settled: settled!, broken: broken!, removed: removed!, unsettled };
  };
}
