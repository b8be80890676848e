// Whether a version of a model answers, by what the registry and its service say of it. Pure.

import type { VersionState } from "../registry/version_states.ts";
import type { ServiceState, VersionStatus } from "./model_service.ts";

/** @param service state of the service that answers those who name the version, when there is one */
export function versionStatus(
  name: string,
  { version, state, refusal }: VersionState,
  service: ServiceState | undefined,
): VersionStatus {
  const unavailable = (reason: string) =>
    ({ name, version, state: "unavailable", reason }) as const;
  if (state === "refused") return unavailable(`${refusal!.code}: ${refusal!.reason}`);
  if (service === "failed" || service === "stopping") return unavailable(service);
  if (service === undefined && state === "available") return unavailable("not loaded");
  return { name, version, state: service ?? "loading", reason: "" };
}
