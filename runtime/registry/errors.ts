// Why the registry refuses. Knows no HTTP; server/problem.ts has a row for each code.

import { PackageError } from "../../models/package.ts";
import { LaneError } from "../engine/worker_channel.ts";
import { ProviderError } from "../engine/provider.ts";

/**
 * - "no-such-version": the models folder has no such package
 * - "package-corrupt": a file of the package is not what its card says, or the card is wrong
 * - "golden-mismatch": the package computes other numbers on this box than the trainer did
 * - "load-timeout": loading, checking and warming up took too long
 * - "load-failed": the provider refused the graph, or the lane crashed
 * - "too-slow": it is many times slower than the version that serves
 * - "not-loaded": the operation needs a version that is loaded
 * - "in-use": a version that has a part in serving is not unloaded
 * - "nothing-serves": a canary or shadow needs a serving version beside it
 * - "no-previous": there is no version to roll back to
 * - "too-many-versions": as many versions are loaded as may be
 * - "too-many-operations": as many operations wait on this model as may
 * - "stopping": the server stops
 */
export type RegistryErrorCode =
  | "no-such-version"
  | "package-corrupt"
  | "golden-mismatch"
  | "load-timeout"
  | "load-failed"
  | "too-slow"
  | "not-loaded"
  | "in-use"
  | "nothing-serves"
  | "no-previous"
  | "too-many-versions"
  | "too-many-operations"
  | "stopping";

/** An operation that the registry refuses. What serves goes on serving. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  constructor(readonly code: RegistryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The refusal that an error of loading means. */
export function refusalOf(error: unknown, model: string): RegistryError {
  if (error instanceof RegistryError) return error;
  const message = `Cannot load ${model}: ${error instanceof Error ? error.message : error}`;
  return new RegistryError(codeOf(error), message, { cause: error });
}

function codeOf(error: unknown): RegistryErrorCode {
  if (error instanceof PackageError) {
    return error.code === "missing" ? "no-such-version" : "package-corrupt";
  }
  if (error instanceof ProviderError && error.code === "golden") return "golden-mismatch";
  if (error instanceof LaneError && error.code === "start-timeout") return "load-timeout";
  return "load-failed";
}
