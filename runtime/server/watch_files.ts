// Notices that files have changed, by looking at them from time to time: that also sees files that are
// replaced by a rename or behind a link that moves, as certificates and mounted secrets are.

import type { Clock } from "../stream/clock.ts";

/** How long a change may go unnoticed. */
const LOOK_MS = 2000;

/** What of a file tells that it is another one; undefined while it is not there. */
export type Look = (path: string) => Promise<string | undefined>;

/**
 * Calls `onChange` after one of the files has become another than it is when this resolves: read them then.
 * The returned function ends that.
 *
 * @param onChange its errors are its own matter: it must not reject.
 */
export async function watchFiles(
  paths: readonly string[],
  onChange: () => Promise<void>,
  { clock, look = lookAt }: { clock: Clock; look?: Look },
): Promise<() => void> {
  let ended = false;
  let seen = await Promise.all(paths.map(look));

  async function turn(): Promise<void> {
    const now = await Promise.all(paths.map(look));
    const whole = !now.includes(undefined); // a file on its way may be away for a moment
    if (!ended && whole && now.join() !== seen.join()) {
      seen = now;
      await onChange();
    }
    if (!ended) cancel = clock.after(LOOK_MS, turn);
  }

  let cancel = clock.after(LOOK_MS, turn);
  return () => {
    ended = true;
    cancel();
  };
}

async function lookAt(path: string): Promise<string | undefined> {
  try {
    const { mtime, size, ino } = await Deno.stat(path);
    return `${mtime?.getTime()} ${size} ${ino}`;
  } catch {
    return undefined;
  }
}
