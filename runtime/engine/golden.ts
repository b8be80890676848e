// Does this box, on this provider, compute what the trainer computed?

import type { Card, VariantName } from "../../models/card.ts";
import { type Golden, maxAbsDifference } from "../../models/package.ts";
import { ProviderError, type ProviderName, type Session } from "./provider.ts";

export interface GoldenResult {
  /** Largest absolute difference of a score. */
  readonly maxDelta: number;
  /** What the provider is allowed. */
  readonly tolerance: number;
}

/** GPUs sum in another order and round more coarsely: software Vulkan and real ones stay below 1e-3. */
const GPU_TOLERANCE = 1e-3;

/** The variant's tolerance or the card's, or 1e-3 on a GPU when that is wider. */
export function goldenTolerance(
  card: Card,
  variant: VariantName,
  provider: ProviderName,
): number {
  const tolerance = card.variants[variant]?.tolerance ?? card.golden.tolerance;
  const isGpu = provider === "webgpu" || provider === "cuda";
  return isGpu ? Math.max(tolerance, GPU_TOLERANCE) : tolerance;
}

/**
 * Runs the package's golden input and compares scores.
 *
 * @throws {ProviderError} code "golden" when they differ by more than the tolerance, or are not numbers.
 */
export async function checkGolden(
  session: Session,
  card: Card,
  golden: Golden,
): Promise<GoldenResult> {
  const { package: name, provider, variant } = session.info;
  const scores = await session.run(golden.image, 1);
  const maxDelta = maxAbsDifference(scores, golden.anomaly_map);
  const tolerance = goldenTolerance(card, variant, provider);
  if (maxDelta > tolerance) {
    throw new ProviderError(
      "golden",
      `Cannot use ${name} ${variant} on ${provider}: its golden output differs by max|Δ| ${
        maxDelta.toExponential(1)
      }, allowed is ${tolerance}`,
    );
  }
  return { maxDelta, tolerance };
}
