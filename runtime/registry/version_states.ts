// What a client is told about the versions of a model. Changes nothing.

import { compareVersions } from "../../models/semver.ts";
import type { ProviderName } from "../engine/provider.ts";
import type { RegistryErrorCode } from "./errors.ts";
import type { LoadedVersion } from "./loaded_version.ts";
import type { RunStats } from "./run_window.ts";
import type { ShadowReport } from "./shadow_report.ts";
import { ROLES, type Traffic } from "./traffic.ts";

/** Why a version was not taken when it was last tried. */
export interface Refusal {
  readonly code: RegistryErrorCode;
  readonly reason: string;
}

/** Roles, then those without one: "loaded" answers by its name only, "available" is in the folder only. */
export const VERSION_STATES = [
  ...ROLES,
  ...["loaded", "loading", "refused", "available"] as const,
] as const;

export interface VersionState {
  readonly version: string;
  readonly state: typeof VERSION_STATES[number];
  /** Whether the folder still holds it. */
  readonly inFolder: boolean;
  readonly refusal?: Refusal;
  readonly provider?: ProviderName;
  readonly variant?: string;
  readonly threshold?: number;
  readonly minRegionScore?: number;
  readonly lanes?: number;
  readonly inFlight?: number;
  /** What it did lately. */
  readonly lately?: RunStats;
  /** Share of the batches that a canary gets, 0..1. */
  readonly share?: number;
  /** How a shadow differs from the serving version. */
  readonly report?: ShadowReport;
}

export interface VersionsSeen {
  readonly inFolder: readonly string[];
  readonly loaded: ReadonlyMap<string, LoadedVersion>;
  readonly loading: string | undefined;
  readonly refused: ReadonlyMap<string, Refusal>;
  readonly traffic: Pick<Traffic, "roleOf" | "canary" | "shadow">;
}

/** All versions that are in the folder or in memory, from old to new. */
export function describeVersions(seen: VersionsSeen): VersionState[] {
  const { inFolder, loaded, loading } = seen;
  const versions = new Set([...inFolder, ...loaded.keys(), ...(loading ? [loading] : [])]);
  return [...versions].sort(compareVersions).map((version) => describe(version, seen));
}

function describe(
  version: string,
  { inFolder, loaded, loading, refused, traffic }: VersionsSeen,
): VersionState {
  const found = loaded.get(version);
  const refusal = refused.get(version);
  const base = { version, inFolder: inFolder.includes(version), ...(refusal && { refusal }) };
  if (!found) {
    const state = loading === version ? "loading" : refusal ? "refused" : "available";
    return { ...base, state };
  }
  const role = traffic.roleOf(version);
  const { provider, variant, card, lanes, inFlight, window } = found;
  return {
    ...{ ...base, state: role ?? "loaded", provider, variant, lanes: lanes.length, inFlight },
    ...{ threshold: card.threshold, minRegionScore: card.minRegionScore, lately: window.stats() },
    ...(role === "canary" && traffic.canary && { share: traffic.canary.share }),
    ...(role === "shadow" && traffic.shadow && { report: traffic.shadow.report() }),
  };
}
