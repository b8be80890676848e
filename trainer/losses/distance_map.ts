// Exact Euclidean distances of all pixels to an outline, in linear time. Plain numbers: it knows no tensor.

export interface MapSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Signed distance of each pixel's centre to the outline between defect and sound pixels, negative inside the defect, in
 * diagonals of the image, so that it lies within −1..1 at any size. 0 everywhere in a mask that has no outline, as in the
 * code of Kervadec et al. 2019. The outline lies half a pixel from the pixels on both of its sides.
 *
 * @param masks 1 is defect; one image after the other, row by row.
 */
export function signedDistances(masks: Float32Array, { width, height }: MapSize): Float32Array {
  const result = new Float32Array(masks.length);
  const diagonal = Math.hypot(width, height);
  for (let start = 0; start < masks.length; start += width * height) {
    const mask = masks.subarray(start, start + width * height);
    if (!mask.includes(1) || !mask.includes(0)) continue;
    const toDefect = squaredDistances(mask, 1, width);
    const toSound = squaredDistances(mask, 0, width);
    for (let at = 0; at < mask.length; at++) {
      const outside = Math.sqrt(toDefect[at]!) - 0.5;
      const inside = 0.5 - Math.sqrt(toSound[at]!);
      result[start + at] = (mask[at] === 1 ? inside : outside) / diagonal;
    }
  }
  return result;
}

/**
 * Squared distance of each pixel to the nearest one of a value, in pixels, which there must be.
 * Felzenszwalb and Huttenlocher 2012, section 3: along the columns, then along the rows of what that gave.
 */
function squaredDistances(mask: Float32Array, value: number, width: number): Float64Array {
  const height = mask.length / width;
  const squares = alongColumns(mask, value, width);
  const row = new Float64Array(width);
  const envelope = { vertices: new Int32Array(width), ends: new Float64Array(width + 1) };
  for (let y = 0; y < height; y++) {
    const line = squares.subarray(y * width, (y + 1) * width);
    row.set(line);
    lowerEnvelope(row, envelope, line);
  }
  return squares;
}

/** On pixels of 0 and 1 two sweeps do what the general algorithm does. A column without the value has infinity. */
function alongColumns(mask: Float32Array, value: number, width: number): Float64Array {
  const distances = new Float64Array(mask.length);
  for (let at = 0; at < mask.length; at++) {
    distances[at] = mask[at] === value ? 0 : at < width ? Infinity : distances[at - width]! + 1;
  }
  for (let at = mask.length - width - 1; at >= 0; at--) {
    const fromBelow = distances[at + width]! + 1;
    if (fromBelow < distances[at]!) distances[at] = fromBelow;
  }
  for (let at = 0; at < mask.length; at++) distances[at]! *= distances[at]!;
  return distances;
}

interface Envelope {
  /** Where the parabolas of the envelope have their lowest points, from left to right. */
  readonly vertices: Int32Array;
  /** Where each begins to be the lowest; one more ends the last. */
  readonly ends: Float64Array;
}

/** Algorithm 1: `result[x] = min over v of (x − v)² + heights[v]`, the lowest of a row of parabolas. */
function lowerEnvelope(heights: Float64Array, envelope: Envelope, result: Float64Array): void {
  const { vertices, ends } = envelope;
  let last = -1;
  for (let v = 0; v < heights.length; v++) {
    if (heights[v] === Infinity) continue;
    let begin = -Infinity;
    while (last >= 0) {
      const other = vertices[last]!;
      begin = (heights[v]! + v * v - heights[other]! - other * other) / (2 * (v - other));
      if (begin > ends[last]!) break;
      last--;
      begin = -Infinity;
    }
    last++;
    vertices[last] = v;
    ends[last] = begin;
  }
  ends[last + 1] = Infinity;
  for (let x = 0, parabola = 0; x < heights.length; x++) {
    while (ends[parabola + 1]! < x) parabola++;
    const vertex = vertices[parabola]!;
    result[x] = (x - vertex) * (x - vertex) + heights[vertex]!;
  }
}
