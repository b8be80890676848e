// Who gets the batches of one model: serving, canary, shadow, and the previous version while the new one is
// watched. Every change is one synchronous step, so no batch falls between. Loads nothing.

import type { Deployment } from "../engine/deployment.ts";
import { sumCapacity } from "../engine/lane_capacity.ts";
import { FrameError } from "../frame.ts";
import type { Work, WorkResult } from "../job.ts";
import { type Router, UnavailableError } from "../server/model_service.ts";
import type { Clock } from "../stream/clock.ts";
import type { RegistryEvent } from "./history.ts";
import type { LoadedVersion } from "./loaded_version.ts";
import { decideRollBack, type RollBackLimits } from "./roll_back.ts";
import { createShadow, type Shadow } from "./shadow.ts";
import { createSpread } from "./spread.ts";

export const ROLES = ["serving", "canary", "shadow", "previous"] as const;
export type Role = typeof ROLES[number];

export interface TrafficOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly limits?: RollBackLimits;
  record(event: Omit<RegistryEvent, "at" | "model">): void;
  /** Called for a version that has lost its role. @param failed it must not be kept, however it was loaded */
  release(loaded: LoadedVersion, failed: boolean): void;
}

export interface Traffic extends Router {
  /** One that has ended by itself is replaced by the previous version, while that is warm, when this is read. */
  readonly serving: LoadedVersion | undefined;
  readonly canary: { readonly loaded: LoadedVersion; readonly share: number } | undefined;
  readonly shadow: Shadow | undefined;
  /** What a roll-back goes back to; its version may have to be loaded again. */
  readonly previousVersion: string | undefined;
  roleOf(version: string): Role | undefined;
  /**
   * From now on `next` serves. The one before stays warm for `watchMs` and takes over again when `next` does
   * worse; 0 does not watch.
   */
  serve(next: LoadedVersion, watchMs: number): void;
  /** Back to the warm previous version; false when there is none. @param failed why, unless it was asked for */
  rollBack(failed?: string): boolean;
  /** Back to a previous version that had to be loaded again. */
  restore(loaded: LoadedVersion): void;
  /** Ends what was the canary before. @param share of the batches, 0..1 */
  startCanary(loaded: LoadedVersion, share: number): void;
  endCanary(reason: string, failed?: boolean): void;
  startShadow(loaded: LoadedVersion): void;
  endShadow(reason: string): void;
  /** Ends the watch; nothing is picked any more. */
  stop(): void;
}

/** Windows are sorted for a judgement: not at every batch. */
const JUDGED_EVERY = 8;

export function createTraffic(options: TrafficOptions): Traffic {
  const { name, clock, limits, record, release } = options;
  let serving: LoadedVersion | undefined;
  let previous: LoadedVersion | undefined;
  let previousVersion: string | undefined;
  let canary: { loaded: LoadedVersion; share: number; takes: () => boolean } | undefined;
  let shadow: Shadow | undefined;
  let cancelWatch = () => {};
  let observed = 0;

  function setServing(next: LoadedVersion | undefined): void {
    if (serving) serving.mirror = undefined;
    serving = next;
    if (serving) serving.mirror = shadow?.mirror;
  }

  /** Ends the watch; the previous version is let go unless it is wanted. */
  function endWatch(wanted?: LoadedVersion): void {
    cancelWatch();
    cancelWatch = () => {};
    const kept = previous;
    previous = undefined;
    if (kept && kept !== wanted) release(kept, false);
  }

  function takeBack(good: LoadedVersion, failed?: string): void {
    const bad = serving;
    endWatch(good);
    previousVersion = undefined;
    setServing(good);
    const reason = failed ?? "asked for";
    record({
      kind: "rolled-back",
      version: good.version,
      ...(bad && { from: bad.version }),
      reason,
    });
    if (bad) release(bad, failed !== undefined);
  }

  function judge(candidate: LoadedVersion, reference: LoadedVersion): string | undefined {
    return decideRollBack({
      candidate: candidate.window.stats(),
      reference: reference.window.stats(),
      ...(limits && { limits }),
    });
  }

  /** Where a version has ended by itself, others take over. */
  function replaceEnded(): void {
    if (canary && !canary.loaded.alive) traffic.endCanary("its lane has ended", true);
    if (shadow && !shadow.loaded.alive) traffic.endShadow("its lane has ended");
    if (serving && !serving.alive) traffic.rollBack("its lane has ended");
  }

  const traffic: Traffic = {
    get serving() {
      replaceEnded();
      return serving;
    },
    get canary() {
      return canary;
    },
    get shadow() {
      return shadow;
    },
    get previousVersion() {
      return previousVersion;
    },
    get slots() {
      replaceEnded();
      return sumCapacity(serving?.lanes ?? []);
    },
    roleOf(version) {
      if (serving?.version === version) return "serving";
      if (canary?.loaded.version === version) return "canary";
      if (shadow?.loaded.version === version) return "shadow";
      if (previous?.version === version) return "previous";
      return undefined;
    },

    pick() {
      replaceEnded();
      if (canary?.takes()) return canary.loaded;
      if (serving?.alive) return serving;
      const state = serving ? "failed" : "loading";
      throw new UnavailableError("not-ready", `Model "${name}" is ${state}`);
    },
    observe(deployment: Deployment, { jobs, results, ms }) {
      const loaded = [serving, canary?.loaded].find((version) => version === deployment);
      if (!loaded) return;
      // What a sender spoiled took no time to speak of, and says nothing of the version.
      if (results.every((result) => result instanceof FrameError)) return;
      const errors = results.filter(isOurs).length;
      loaded.window.add(countFrames(jobs, results), errors, ms);
      observed++;
      if (errors === 0 && observed % JUDGED_EVERY !== 0) return;
      if (loaded === canary?.loaded) {
        const worse = serving && judge(loaded, serving);
        if (worse) traffic.endCanary(worse, true);
      } else if (previous) {
        const worse = judge(loaded, previous);
        if (worse) traffic.rollBack(worse);
      }
    },

    serve(next, watchMs) {
      const before = serving;
      if (before === next) return;
      if (canary?.loaded === next) canary = undefined;
      if (shadow?.loaded === next) {
        shadow = undefined;
        record({ kind: "shadow-ended", version: next.version, reason: "it serves now" });
      }
      endWatch(next);
      next.window.reset();
      setServing(next);
      previousVersion = before?.version;
      record({ kind: "switched", version: next.version, ...(before && { from: before.version }) });
      if (!before) return;
      if (watchMs === 0 || !before.alive) return release(before, !before.alive);
      previous = before;
      cancelWatch = clock.after(watchMs, () => {
        const reason = `watched for ${watchMs} ms`;
        record({ kind: "confirmed", version: next.version, reason });
        endWatch();
      });
    },
    rollBack(failed) {
      if (!previous?.alive) return false;
      takeBack(previous, failed);
      return true;
    },
    restore: (loaded) => takeBack(loaded),

    startCanary(loaded, share) {
      if (canary && canary.loaded !== loaded) traffic.endCanary("replaced");
      if (!canary) loaded.window.reset();
      canary = { loaded, share, takes: createSpread(share) };
      const reason = `share ${share}`;
      record({ kind: "canary-started", version: loaded.version, reason });
    },
    endCanary(reason, failed = false) {
      if (!canary) return;
      const { loaded } = canary;
      canary = undefined;
      record({ kind: "canary-ended", version: loaded.version, reason });
      release(loaded, failed);
    },

    startShadow(loaded) {
      if (shadow) traffic.endShadow("replaced");
      shadow = createShadow(loaded, clock);
      setServing(serving);
      record({ kind: "shadow-started", version: loaded.version });
    },
    endShadow(reason) {
      if (!shadow) return;
      const { loaded } = shadow;
      shadow = undefined;
      setServing(serving);
      record({ kind: "shadow-ended", version: loaded.version, reason });
      release(loaded, !loaded.alive);
    },

    stop() {
      cancelWatch();
      previous = canary = shadow = undefined;
      setServing(undefined);
    },
  };
  return traffic;
}

/** A ready input that was answered counts as its images, one that failed as one frame. */
function countFrames(jobs: readonly Work[], results: readonly WorkResult[]): number {
  const framesOf = (job: Work, at: number) =>
    "tensor" in job && !(results[at] instanceof Error) ? job.batch : 1;
  return jobs.reduce((sum, job, at) => sum + framesOf(job, at), 0);
}

/** A frame that its sender spoiled says nothing about a version. */
function isOurs(result: unknown): boolean {
  return result instanceof Error && !(result instanceof FrameError);
}
