// Smaller learning rates for an encoder that already knows something. Knows weights by their path only.

import { encoderPrefix } from "../pretrained/take_encoder.ts";

export interface RateFactorOptions {
  /** Factor for all weights under "encoder/"; the rest learns at the full rate. */
  readonly encoder: number;
  /**
   * Factor from each layer of the encoder to the one before it (Clark et al. 2020, appendix A): the last has `encoder`, the
   * patches' embedding the least.
   *
   * @default 1
   */
  readonly layerDecay?: number;
}

/**
 * The factor of each weight.
 *
 * @param paths Of all weights of the network.
 * @throws RangeError when a factor is not above 0, or when there are none to make smaller.
 */
export function createRateFactors(
  paths: Iterable<string>,
  { encoder, layerDecay = 1 }: RateFactorOptions,
): (path: string) => number {
  for (const [name, factor] of Object.entries({ encoder, layerDecay })) {
    if (!(factor > 0 && factor <= 1)) {
      throw new RangeError(`The rate factor ${name} must be above 0 and at most 1, is ${factor}`);
    }
  }
  const encoderPaths = [...paths].filter((path) => path.startsWith(encoderPrefix));
  const layers = Math.max(0, ...encoderPaths.map(layerOf));
  if (encoder < 1 && encoderPaths.length === 0) {
    throw new RangeError(`No weight is under "encoder/": this network has no encoder of its own`);
  }
  if (layerDecay < 1 && layers === 0) {
    throw new RangeError(
      `No weight is under "encoder/layer.N": only transformers have such layers`,
    );
  }
  return (path) =>
    path.startsWith(encoderPrefix) ? encoder * layerDecay ** (layers - layerOf(path)) : 1;
}

/** Counted from 1; 0 is what comes before the layers. */
function layerOf(path: string): number {
  return Number(/^encoder\/layer\.(\d+)\//.exec(path)?.[1] ?? 0);
}
