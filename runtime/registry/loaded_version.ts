// One version that is in memory: its deployment with what the registry needs to know of it. Knows no role.

import type { Card } from "../../models/card.ts";
import type { Deployment, Job, JobResult } from "../engine/deployment.ts";
import type { Clock } from "../stream/clock.ts";
import { createRunWindow, type RunWindow } from "./run_window.ts";

/** Stands around the runs of frames of a version and answers with their results. Ready inputs pass it by. */
export type Mirror = (
  jobs: readonly Job[],
  run: (jobs: readonly Job[]) => Promise<readonly JobResult[]>,
) => Promise<readonly JobResult[]>;

export interface LoadedVersion extends Deployment {
  readonly version: string;
  /** Shortest time of a frame in ms when it was loaded. */
  readonly probeMs: number;
  readonly window: RunWindow;
  /** It was loaded by name and stays until it is unloaded by name. */
  pinned: boolean;
  mirror: Mirror | undefined;
  /** Finishes what it runs, within a limit, then frees its lanes. */
  retire(): Promise<void>;
}

/** For the batches of a version that retires. */
export const DRAIN_MS = 30_000;

export function createLoadedVersion(
  deployment: Deployment,
  probeMs: number,
  clock: Clock,
): LoadedVersion {
  let card: Card = deployment.card;
  let running = 0;
  let drained = () => {};
  let retiring: Promise<void> | undefined;

  /** Work that a retirement waits for. */
  async function counted<T>(work: () => Promise<T>): Promise<T> {
    running++;
    try {
      return await work();
    } finally {
      running--;
      if (running === 0) drained();
    }
  }

  async function retire(): Promise<void> {
    if (running > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      drained = resolve;
      const cancel = clock.after(DRAIN_MS, resolve);
      await promise;
      cancel();
    }
    await deployment[Symbol.asyncDispose]();
  }

  const loaded: LoadedVersion = {
    version: card.version,
    provider: deployment.provider,
    variant: deployment.variant,
    probeMs,
    window: createRunWindow(),
    pinned: false,
    mirror: undefined,
    get card() {
      return card;
    },
    get lanes() {
      return deployment.lanes;
    },
    get alive() {
      return deployment.alive;
    },
    get inFlight() {
      return deployment.inFlight;
    },
    run: (jobs) =>
      counted(() => {
        const run = (jobs: readonly Job[]) => deployment.run(jobs);
        return loaded.mirror ? loaded.mirror(jobs, run) : run(jobs);
      }),
    infer: (job) => counted(() => deployment.infer(job)),
    async setLevels(levels) {
      await deployment.setLevels(levels);
      card = { ...card, ...levels };
    },
    retire: () => retiring ??= retire(),
    [Symbol.asyncDispose]: () => loaded.retire(),
  };
  return loaded;
}
