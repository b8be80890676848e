// Chooses by measuring: opens each candidate, checks it, times it, keeps the fastest.

import type { VariantName } from "../../models/card.ts";
import { formatTable } from "./table.ts";
import { ProviderError, type ProviderName } from "./provider.ts";
import { LaneError } from "./worker_channel.ts";

/** What is measured. */
export interface Candidate {
  readonly provider: ProviderName;
  readonly variant: VariantName;
  /** Why it is not even tried. */
  readonly skip?: string;
}

/** What a candidate opens to. */
export interface Contender extends AsyncDisposable {
  measure(runs: number): Promise<number>;
}

/** What became of a candidate. */
export interface Trial {
  readonly candidate: Candidate;
  /** Median time of a frame, when it ran. */
  readonly medianMs?: number;
  /** "chosen", "slower", or why it could not be used. */
  readonly result: string;
}

/** int8 is slower than float on GPUs (QDQ), half floats gain nothing on a CPU: not tried. */
const SUITED: Record<ProviderName, readonly VariantName[]> = {
  webgpu: ["fp16", "fp32"],
  cuda: ["fp16", "fp32"],
  cpu: ["int8", "fp32"],
  wasm: ["int8", "fp32"],
};

const MEASURED_RUNS = 5;

/** The variants of a package on the providers that suit them. `skip` says why a provider is left out. */
export function listCandidates(
  variants: readonly VariantName[],
  skip: Partial<Record<ProviderName, string>>,
): Candidate[] {
  return (Object.keys(SUITED) as ProviderName[]).flatMap((provider) =>
    SUITED[provider].filter((variant) => variants.includes(variant)).map((variant) => {
      const reason = skip[provider];
      return { provider, variant, ...(reason !== undefined && { skip: reason }) };
    })
  );
}

/**
 * Opens the candidates one after the other and keeps the fastest; the others are disposed.
 *
 * @param open rejects with ProviderError or LaneError when a candidate cannot be used; any other error
 * ends the choice.
 * @returns the fastest, undefined when none can be used, and what became of each.
 */
export async function chooseFastest<T extends Contender>(
  candidates: readonly Candidate[],
  open: (candidate: Candidate) => Promise<T>,
): Promise<{ chosen: T | undefined; trials: Trial[] }> {
  let best: { contender: T; medianMs: number; candidate: Candidate } | undefined;
  const tried: { candidate: Candidate; medianMs?: number; failure?: string }[] = [];
  const hung = new Set<ProviderName>();
  try {
    for (const candidate of candidates) {
      const skip = candidate.skip ??
        (hung.has(candidate.provider) ? "not tried: this provider hangs" : undefined);
      if (skip !== undefined) {
        tried.push({ candidate, failure: skip });
        continue;
      }
      try {
        const contender = await open(candidate);
        const medianMs = await measureOrDispose(contender);
        tried.push({ candidate, medianMs });
        const faster = best === undefined || medianMs < best.medianMs;
        await (faster ? best?.contender : contender)?.[Symbol.asyncDispose]();
        if (faster) best = { contender, medianMs, candidate };
      } catch (error) {
        if (!(error instanceof ProviderError || error instanceof LaneError)) throw error;
        if (isHung(error)) hung.add(candidate.provider);
        tried.push({ candidate, failure: error.message });
      }
    }
  } catch (error) {
    await best?.contender[Symbol.asyncDispose]();
    throw error;
  }
  const trials = tried.map(({ failure, ...trial }): Trial => ({
    ...trial,
    result: failure ?? (trial.candidate === best?.candidate ? "chosen" : "slower"),
  }));
  return { chosen: best?.contender, trials };
}

function isHung(error: Error): boolean {
  return error instanceof LaneError && (error.code === "start-timeout" || error.code === "stalled");
}

async function measureOrDispose(contender: Contender): Promise<number> {
  try {
    return await contender.measure(MEASURED_RUNS);
  } catch (error) {
    await contender[Symbol.asyncDispose]();
    throw error;
  }
}

/** The trials as aligned lines, for the log. */
export function formatTrials(trials: readonly Trial[]): string {
  return formatTable([
    ["provider", "variant", "median ms", "result"],
    ...trials.map(({ candidate, medianMs, result }) => [
      candidate.provider,
      candidate.variant,
      medianMs === undefined ? "–" : medianMs.toFixed(1),
      result,
    ]),
  ], ["left", "left", "right", "left"]);
}
