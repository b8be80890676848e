// Whether a new version did worse than the one before it: a pure decision over two windows.

import type { RunStats } from "./run_window.ts";

export interface RollBackLimits {
  /** Failed frames below which nothing is concluded from failures. */
  readonly minErrors: number;
  /** How much the share of failed frames (0..1) may rise. */
  readonly maxErrorRise: number;
  /** Frames on either side below which nothing is concluded from medians. */
  readonly minFrames: number;
  /** How many times the median before a frame may take. */
  readonly maxMedianRatio: number;
  /** Frames on either side below which nothing is concluded from the 99th percentile. */
  readonly minTailFrames: number;
  /** How many times the 99th percentile before it may reach. */
  readonly maxTailRatio: number;
  /** Milliseconds that are never held against it: timers, garbage collection. */
  readonly slackMs: number;
}

/**
 * Three failures may be chance, but not when they are 2 % more than before. Twice the median is beyond what a
 * busier box does to a model; the tail swings more, so it gets three times and more frames.
 */
export const DEFAULT_ROLL_BACK_LIMITS: RollBackLimits = {
  minErrors: 3,
  maxErrorRise: 0.02,
  minFrames: 20,
  maxMedianRatio: 2,
  minTailFrames: 200,
  maxTailRatio: 3,
  slackMs: 5,
};

export interface RollBackCase {
  /** The version that is watched. */
  readonly candidate: RunStats;
  /** The one that served before, or beside it. */
  readonly reference: RunStats;
  readonly limits?: RollBackLimits;
}

/** The reason to roll back, or undefined to go on. */
export function decideRollBack(
  { candidate, reference, limits = DEFAULT_ROLL_BACK_LIMITS }: RollBackCase,
): string | undefined {
  const rate = errorRate(candidate);
  const before = errorRate(reference);
  if (candidate.errors >= limits.minErrors && rate > before + limits.maxErrorRise) {
    return `${candidate.errors} of ${candidate.frames} frames failed (${percent(rate)}), ` +
      `before ${percent(before)}`;
  }
  const frames = Math.min(candidate.frames, reference.frames);
  const { slackMs, maxMedianRatio, maxTailRatio } = limits;
  if (
    frames >= limits.minFrames &&
    isSlower(candidate.medianMs, reference.medianMs, maxMedianRatio, slackMs)
  ) {
    return `median of a frame is ${ms(candidate.medianMs)}, before ${ms(reference.medianMs)}`;
  }
  if (
    frames >= limits.minTailFrames &&
    isSlower(candidate.p99Ms, reference.p99Ms, maxTailRatio, slackMs)
  ) {
    return `p99 of a frame is ${ms(candidate.p99Ms)}, before ${ms(reference.p99Ms)}`;
  }
  return undefined;
}

function errorRate({ frames, errors }: RunStats): number {
  return frames === 0 ? 0 : errors / frames;
}

function isSlower(
  now: number | undefined,
  before: number | undefined,
  ratio: number,
  slackMs: number,
): boolean {
  return now !== undefined && before !== undefined && now > before * ratio + slackMs;
}

function percent(rate: number): string {
  return `${(100 * rate).toFixed(1)} %`;
}

function ms(value: number | undefined): string {
  return `${value?.toFixed(1)} ms`;
}
