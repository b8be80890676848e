// The one way to open a lane: on a named provider, or on the fastest this box has.

import type { VariantName } from "../../models/card.ts";
import { readPackage } from "../../models/package.ts";
import { findAdapter } from "./adapter.ts";
import { chooseFastest, formatTrials, listCandidates } from "./auto.ts";
import { findCuda } from "./cuda.ts";
import { fetchPackages } from "./fetch_packages.ts";
import { ProviderError, type ProviderName } from "./provider.ts";
import {
  openWorkerLane,
  START_TIMEOUT_MS,
  type WorkerLane,
  type WorkerLaneOptions,
} from "./worker_lane.ts";

export { LaneError, type LaneErrorCode } from "./worker_channel.ts";
export type { Levels } from "../job.ts";
export type { Lane, WorkerLane } from "./worker_lane.ts";

export interface LaneOptions extends Omit<WorkerLaneOptions, "provider" | "card"> {
  /**
   * "auto" times the card's variants (or the one that `variant` names) on the providers that are here
   * and takes the fastest that passes the golden check, never a software GPU.
   */
  readonly provider: ProviderName | "auto";
  /** @default the card's choice on a named provider, the fastest with "auto" */
  readonly variant?: VariantName;
  /** Takes lines of log. @default {console.error} */
  readonly log?: (line: string) => void;
}

/**
 * Opens a lane: golden-checked and warm when this resolves. Says in the log what was opened, and with
 * "auto" why.
 *
 * @throws {PackageError} when the package is refused.
 * @throws {ProviderError} when the provider is missing, refuses the graph or fails the golden check;
 * with "auto" when all of them do.
 * @throws {DecoderError} when the decoder that is named is missing.
 * @throws {LaneError} code "start-timeout" or "crashed".
 * @throws the signal's reason.
 */
export async function openLane(options: LaneOptions): Promise<WorkerLane> {
  const { provider, log = console.error } = options;
  await fetchPackages();
  const lane = provider === "auto"
    ? await openFastest(options, log)
    : await openChosen({ ...options, provider });
  const { card, info, golden: { maxDelta, tolerance }, decoder } = lane;
  for (const note of lane.notes) log(note);
  const shaders = info.shaders ? `shaders, reads ${info.shaders.read}` : `threads ${info.threads}`;
  log(
    `Opened ${card.name} ${card.version} ${lane.variant} on ${lane.provider}, ${shaders}, decoder ${decoder}: ` +
      `golden max|Δ| ${maxDelta.toExponential(1)}, allowed ${tolerance}`,
  );
  return lane;
}

/** On a named provider: the variant that is asked for, or the card's choice. */
async function openChosen(options: WorkerLaneOptions): Promise<WorkerLane> {
  const variant = options.variant ?? await choiceOf(options);
  return await openWorkerLane({ ...options, variant });
}

async function choiceOf({ packageDir, provider }: WorkerLaneOptions): Promise<VariantName> {
  const { card } = await readPackage(packageDir);
  return card.choice?.[provider] ?? "fp32";
}

/** Of the time for all, what one candidate may take: one that hangs must not keep the others from serving. */
const TRIAL_SHARE = 1 / 4;

async function openFastest(
  options: LaneOptions,
  log: (line: string) => void,
): Promise<WorkerLane> {
  const { card } = await readPackage(options.packageDir);
  const [adapter, cuda] = [await findAdapter(), await findCuda()];
  const variants = options.variant
    ? [options.variant]
    : Object.keys(card.variants) as VariantName[];
  const candidates = listCandidates(variants, {
    ...(!adapter.usable && { webgpu: adapter.description }),
    ...(!cuda.usable && { cuda: cuda.description }),
  });
  const startTimeoutMs = (options.startTimeoutMs ?? START_TIMEOUT_MS) * TRIAL_SHARE;
  const { chosen, trials } = await chooseFastest(
    candidates,
    ({ provider, variant }) => openWorkerLane({ ...options, provider, variant, startTimeoutMs }),
  );
  const table = formatTrials(trials);
  if (chosen === undefined) {
    throw new ProviderError(
      "missing",
      `Cannot open ${card.name} ${card.version}: no provider can run it\n${table}`,
    );
  }
  log(table);
  return chosen;
}
