// Watches a models folder: by the system's events where it has them, and by looking now and then, since network
// file systems tell nothing. Knows no registry.

import type { Clock } from "../stream/clock.ts";
import type { FolderSnapshot } from "./folder_snapshot.ts";
import { createSettling, type FolderChanges, type SettlingLimits } from "./settling.ts";

export interface FolderWatchOptions extends Partial<SettlingLimits> {
  readonly clock: Clock;
  readFolder(): Promise<FolderSnapshot>;
  /**
   * Calls `onEvent` when something happens in the folder, until the returned function is called. Undefined
   * where there are no events.
   */
  listen(onEvent: () => void): (() => void) | undefined;
  /** Between two looks without an event, in ms. @default {5000} */
  readonly pollMs?: number;
  /** Called for changes that have come to rest. */
  onChange(changes: FolderChanges): void;
  log(line: string): void;
}

export interface FolderWatch {
  /** Resolves when nothing is read any more. */
  stop(): Promise<void>;
}

/** A second is longer than the pauses of a copy, half a minute longer than those of a slow network. */
const DEFAULT_LIMITS: SettlingLimits = { settleMs: 1000, brokenMs: 30_000 };

/** Starts to watch; what is there now is known, not new. */
export async function watchFolder(options: FolderWatchOptions): Promise<FolderWatch> {
  const { clock, pollMs = 5000, log } = options;
  const limits = {
    settleMs: options.settleMs ?? DEFAULT_LIMITS.settleMs,
    brokenMs: options.brokenMs ?? DEFAULT_LIMITS.brokenMs,
  };
  const settle = createSettling(await options.readFolder(), clock.now(), limits);
  let cancel = () => {};
  let dueMs = Infinity;
  let stopped = false;
  let looking: Promise<void> | undefined;
  let missed = false;

  /** The next look in `ms`, unless one comes sooner. */
  function lookIn(ms: number): void {
    const at = clock.now() + ms;
    if (looking) missed = true;
    if (stopped || looking || at >= dueMs) return;
    cancel();
    dueMs = at;
    cancel = clock.after(ms, () => {
      dueMs = Infinity;
      looking = look();
    });
  }

  async function look(): Promise<void> {
    let next = pollMs;
    missed = false;
    try {
      const changes = settle(await options.readFolder(), clock.now());
      if (changes.unsettled) next = Math.min(limits.settleMs, pollMs);
      const { settled, broken, removed } = changes;
      if (!stopped && settled.length + broken.length + removed.length > 0) {
        options.onChange(changes);
      }
    } catch (error) {
      log(`The models folder could not be read: ${(error as Error).message}`);
    }
    looking = undefined;
    lookIn(missed ? Math.min(limits.settleMs, next) : next);
  }

  const deafen = options.listen(() => lookIn(limits.settleMs));
  lookIn(pollMs);
  return {
    async stop() {
      stopped = true;
      cancel();
      deafen?.();
      await looking;
    },
  };
}

/** Events of a folder and all below it, from the system. */
export function listenToFolder(
  root: string,
  log: (line: string) => void,
): (onEvent: () => void) => (() => void) | undefined {
  return (onEvent) => {
    try {
      const watcher = Deno.watchFs(root, { recursive: true });
      forEachEvent(watcher, onEvent).catch((error) => {
        log(`The models folder tells no more changes, looking instead: ${error.message}`);
      });
      return () => watcher.close();
    } catch (error) {
      log(`The models folder tells no changes, looking instead: ${(error as Error).message}`);
      return undefined;
    }
  };
}

async function forEachEvent(watcher: Deno.FsWatcher, onEvent: () => void): Promise<void> {
  for await (const { kind } of watcher) if (kind !== "access") onEvent();
}
