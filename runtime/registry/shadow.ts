// A version that sees the served frames too, and whose answers nobody gets. The served answer comes first and
// never waits for it, fails by it or carries what was not asked for.

import type { Job, JobResult } from "../engine/deployment.ts";
import type { Clock } from "../stream/clock.ts";
import type { LoadedVersion, Mirror } from "./loaded_version.ts";
import { createShadowTally, type ShadowReport } from "./shadow_report.ts";

export interface Shadow {
  readonly loaded: LoadedVersion;
  /** For the serving version. */
  readonly mirror: Mirror;
  report(): ShadowReport;
}

/** Frames go to a lane with their buffer, so the shadow needs copies; larger batches are skipped. */
const MAX_COPIED_BYTES = 16 * 2 ** 20;

/** At most one batch is copied, served and shadowed at a time; all others are skipped. */
export function createShadow(loaded: LoadedVersion, clock: Clock): Shadow {
  const tally = createShadowTally();
  let behind = false;

  /** Undefined when the shadow cannot take this batch. */
  function copyJobs(jobs: readonly Job[]): Job[] | undefined {
    const bytes = jobs.reduce((sum, { frame }) => sum + frame.bytes.byteLength, 0);
    if (behind || !loaded.alive || bytes > MAX_COPIED_BYTES) return undefined;
    try {
      return jobs.map(({ frame }) => ({
        frame: { ...frame, bytes: frame.bytes.slice() },
        want: { map: true },
      }));
    } catch {
      return undefined; // no memory for copies
    }
  }

  async function follow(
    copies: readonly Job[],
    served: readonly JobResult[],
    servedMs: number,
  ): Promise<void> {
    const started = clock.now();
    try {
      const results = await loaded.run(copies);
      tally.time(copies.length, servedMs, clock.now() - started);
      served.forEach((result, at) => tally.compare(result, results[at]!));
    } catch (error) {
      for (const result of served) tally.compare(result, error as Error);
    }
  }

  return {
    loaded,
    async mirror(jobs, run) {
      const copies = copyJobs(jobs);
      if (!copies) {
        tally.skip(jobs.length);
        return await run(jobs);
      }
      behind = true;
      try {
        const started = clock.now();
        const served = await run(jobs.map((job) => ({ ...job, want: { ...job.want, map: true } })));
        follow(copies, served, clock.now() - started).finally(() => behind = false);
        return served.map((result, at) => jobs[at]!.want.map ? result : withoutMap(result));
      } catch (error) {
        behind = false;
        throw error;
      }
    },
    report: () => tally.report(),
  };
}

function withoutMap(result: JobResult): JobResult {
  if (result instanceof Error) return result;
  const { map: _, ...rest } = result;
  return rest;
}
