// Values of an input tensor, from JSON or from bytes, into one float32 buffer that the caller's shape
// allows. Knows no model.

import { HttpProblem } from "../server/problem.ts";

const FLOAT_BYTES = 4;

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** A copy of little-endian float32 bytes; the length has been checked. @throws {HttpProblem} "bad-request" */
export function tensorFromBytes(name: string, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(Uint8Array.from(bytes).buffer);
  checkFinite(name, values);
  return values;
}

export function bytesOf(shape: readonly number[]): number {
  return elementsOf(shape) * FLOAT_BYTES;
}

/**
 * Values as JSON has them: in one flat array or nested as the shape is, row-major.
 *
 * @throws {HttpProblem} "bad-request"
 */
export function tensorFromJson(
  name: string,
  data: unknown,
  shape: readonly number[],
): Float32Array<ArrayBuffer> {
  if (!Array.isArray(data)) throw refuse(name, "has no data");
  const values = new Float32Array(elementsOf(shape));
  const flat = !Array.isArray(data[0]);
  const written = write(name, data, flat ? [values.length] : shape, values, 0);
  if (written !== values.length) {
    throw refuse(name, `has ${written} values, its shape [${shape}] needs ${values.length}`);
  }
  checkFinite(name, values);
  return values;
}

/** One value that is not would make the whole map none: JSON's 1e39 is infinite in 32 bits. */
function checkFinite(name: string, values: Float32Array): void {
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at])) {
      throw refuse(name, `has a value at ${at} that is not finite as FP32`);
    }
  }
}

function write(
  name: string,
  data: unknown,
  [side, ...inner]: readonly number[],
  values: Float32Array,
  from: number,
): number {
  if (!Array.isArray(data) || data.length !== side) {
    const has = Array.isArray(data) ? `${data.length} entries` : "no array";
    throw refuse(name, `has ${has} where its shape needs ${side}`);
  }
  let at = from;
  for (const entry of data as unknown[]) {
    if (inner.length > 0) at = write(name, entry, inner, values, at);
    else if (typeof entry === "number") values[at++] = entry;
    else throw refuse(name, `has a value that is no number at ${at}`);
  }
  return at;
}

function refuse(name: string, what: string): HttpProblem {
  return new HttpProblem("bad-request", `Input "${name}" ${what}`);
}
