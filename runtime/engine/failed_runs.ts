// Tells a session that is broken for good from one that was given too much. Knows no Worker and no provider.

import { ProviderError } from "./provider.ts";

/** Runs that fail in a row before the session is tried. */
export const MAX_FAILED_RUNS = 3;

/**
 * Watches what becomes of runs. Runs fail because the session is broken, or because of what they were given (a batch that
 * the memory has no room for, a ready input of numbers that no image has): after some in a row a trial decides.
 *
 * @param trial a run of something harmless; rejects when it fails.
 * @param broken told why, when the trial fails, too.
 * @returns takes the results of each batch. Frames that cannot be read say nothing.
 */
export function watchRuns(
  trial: () => Promise<unknown>,
  broken: (error: Error) => void,
): (results: readonly unknown[]) => void {
  let failed = 0;
  return (results) => {
    if (results.some((result) => !(result instanceof Error))) failed = 0;
    else if (results.some(isFailedRun) && ++failed === MAX_FAILED_RUNS) {
      trial().then(() => failed = 0, broken);
    }
  };
}

function isFailedRun(result: unknown): boolean {
  return result instanceof ProviderError && result.code === "run";
}
