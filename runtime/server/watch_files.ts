// Notices that files have changed, by looking at them from time to time: that also sees files that are
// replaced by a rename or behind a link that moves, as certificates and mounted secrets are.

import type { Clock } from "../stream/clock.ts";

/** How long a change may go unnoticed. */
const LOOK_MS = 2000;

/** What of a file tells that it is another one; undefined while it is not there. */
export type Look = (path: string) => Promise<string | undefined>;

export interface WatchOptions {
  readonly clock: Clock;
  /** Told why the files were not taken: once for each reason, as long as they stay what they are. */
  refused(error: Error): void;
  /** @default by time, size, inode and the time of its owner and mode */
  readonly look?: Look;
}

/**
 * Calls `onChange` after one of the files has become another than it is when this resolves: read them then.
 * The returned function ends that.
 *
 * @param onChange rejects when the files cannot be taken as they are: it is called again until they can.
 */
export async function watchFiles(
  paths: readonly string[],
  onChange: () => Promise<void>,
  { clock, refused, look = lookAt }: WatchOptions,
): Promise<() => void> {
  let ended = false;
  let taken = await Promise.all(paths.map(look));
  let told: string | undefined;

  async function turn(): Promise<void> {
    const now = await Promise.all(paths.map(look));
    const whole = !now.includes(undefined); // a file on its way may be away for a moment
    if (!ended && whole && now.join() !== taken.join()) await take(now);
    if (!ended) cancel = clock.after(LOOK_MS, turn);
  }

  async function take(now: typeof taken): Promise<void> {
    try {
      await onChange();
      taken = now;
    } catch (error) {
      const reason = `${now.join()} ${error}`;
      if (reason !== told) refused(error as Error);
      told = reason;
    }
  }

  let cancel = clock.after(LOOK_MS, turn);
  return () => {
    ended = true;
    cancel();
  };
}

async function lookAt(path: string): Promise<string | undefined> {
  try {
    const { mtime, ctime, size, ino } = await Deno.stat(path);
    return `${mtime?.getTime()} ${ctime?.getTime()} ${size} ${ino}`;
  } catch {
    return undefined;
  }
}
