// A student that begins with its teacher's first layers: what they learned of other images, a small data set cannot teach again
// (Sanh et al. 2019, section 3, take layers of the teacher too, every other one).

import type { Shape } from "../ops/ops.ts";
import type { WeightSpec } from "../ops/plan.ts";
import { sameShape } from "../ops/shapes.ts";
import { encoderPrefix } from "../pretrained/take_encoder.ts";

interface Shaped {
  readonly shape: Shape;
}

/**
 * The teacher's embedding of patches and its first layers, as many as the student has.
 *
 * @param student All weights of the student.
 * @param teacher Weights by path.
 * @throws RangeError when the student has no encoder, or naming the first weight of it that the teacher has not, or has in another
 * shape.
 */
export function inheritEncoder<W extends Shaped>(
  student: readonly WeightSpec[],
  teacher: ReadonlyMap<string, W>,
): Map<string, W> {
  const misfit = misfitOf(student, teacher);
  if (misfit !== undefined) throw new RangeError(`Cannot inherit an encoder: ${misfit}`);
  return new Map(encoderOf(student).map(({ path }) => [path, teacher.get(path)!]));
}

/** Why there is nothing to inherit, or undefined when there is. */
export function misfitOf(
  student: readonly WeightSpec[],
  teacher: ReadonlyMap<string, Shaped>,
): string | undefined {
  const encoder = encoderOf(student);
  if (encoder.length === 0) return "the network has none";
  for (const { path, shape } of encoder) {
    const held = teacher.get(path);
    if (held !== undefined && sameShape(held.shape, shape)) continue;
    const instead = held === undefined ? "does not" : `has it of ${held.shape.join("×")}`;
    return `the network has "${path}" of ${shape.join("×")}, the teacher ${instead}; ` +
      "both must make patches alike and have as many channels";
  }
  return undefined;
}

function encoderOf(student: readonly WeightSpec[]): WeightSpec[] {
  return student.filter(({ path }) => path.startsWith(encoderPrefix));
}
