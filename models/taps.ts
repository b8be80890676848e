// The triangle filter of resizing along one axis, as numbers. Knows no pixels.

/** The filter along one axis. For every output position: the first input position and the weights from there on. */
export interface Taps {
  /** `[out]` first input position. */
  readonly first: Int32Array;
  /** `[out]` number of weights. */
  readonly count: Int32Array;
  /** `[out, stride]`: the first `count` of each row sum to 1, the others mean nothing. */
  readonly weights: Float64Array;
  readonly stride: number;
}

/** Most filters that are kept. */
const CACHED_TAPS = 16;
/** Most bytes of weights that are kept, and that a part of a filter takes unless it is a single position. */
export const MAX_WEIGHT_BYTES = 2 ** 20;

const cache = new Map<string, Taps>();

/** The filter of `resizeImage` along an axis of `size` positions, to `outSize`. Not to be changed: it may be kept. */
export function tapsFor(size: number, outSize: number): Taps {
  const key = `${size}/${outSize}`;
  const cached = cache.get(key);
  if (cached) return cached;
  const taps = triangleTaps(size, outSize, 0, outSize);
  const { byteLength } = taps.weights;
  if (byteLength > MAX_WEIGHT_BYTES) return taps;
  let kept = byteLength;
  for (const { weights } of cache.values()) kept += weights.byteLength;
  for (const [oldest, { weights }] of cache) {
    if (cache.size < CACHED_TAPS && kept <= MAX_WEIGHT_BYTES) break;
    cache.delete(oldest);
    kept -= weights.byteLength;
  }
  cache.set(key, taps);
  return taps;
}

/**
 * The same as {@linkcode tapsFor} in parts, each with its first output position: a filter may be larger than the picture.
 * A part takes the place of the one before.
 */
export function* tapsInParts(size: number, outSize: number): Generator<readonly [number, Taps]> {
  const stride = strideOf(size / outSize);
  const fit = Math.floor(MAX_WEIGHT_BYTES / 8 / stride);
  if (fit >= outSize) return yield [0, tapsFor(size, outSize)];
  const step = Math.max(1, fit);
  const weights = new Float64Array(step * stride);
  for (let begin = 0; begin < outSize; begin += step) {
    const end = Math.min(outSize, begin + step);
    yield [begin, triangleTaps(size, outSize, begin, end, weights)];
  }
}

/** The filter of the output positions `from` to `to - 1`. */
function triangleTaps(
  size: number,
  outSize: number,
  from: number,
  to: number,
  weights = new Float64Array((to - from) * strideOf(size / outSize)),
): Taps {
  const scale = size / outSize;
  const support = Math.max(scale, 1);
  const stride = strideOf(scale);
  const first = new Int32Array(to - from);
  const count = new Int32Array(to - from);
  for (let x = 0; x < first.length; x++) {
    const center = (from + x + 0.5) * scale;
    const begin = Math.max(0, Math.floor(center - support + 0.5));
    const end = Math.min(size, Math.floor(center + support + 0.5));
    let sum = 0;
    for (let i = begin; i < end; i++) {
      const weight = Math.max(0, 1 - Math.abs(i + 0.5 - center) / support);
      weights[x * stride + i - begin] = weight;
      sum += weight;
    }
    for (let k = 0; k < end - begin; k++) weights[x * stride + k]! /= sum;
    first[x] = begin;
    count[x] = end - begin;
  }
  return { first, count, weights, stride };
}

/** Places for the weights of one position. */
function strideOf(scale: number): number {
  return Math.ceil(Math.max(scale, 1)) * 2 + 1;
}
