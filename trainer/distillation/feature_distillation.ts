// What a student learns from its teacher's inner maps: to hold, through a 1×1 projection, what the teacher holds
// (Romero et al. 2015, eq. 3, with several hints at once).

import * as tf from "@tensorflow/tfjs";
import type { Shape } from "../ops/ops.ts";
import type { WeightSpec } from "../ops/plan.ts";
import { roles } from "../ops/roles.ts";
import type { Variables } from "../ops/tfjs.ts";
import type { FeaturePair } from "./pair_features.ts";

/** Projections are trained with the student and forgotten with the training: no network asks for a path like theirs. */
const pathOf = (at: number) => `distillation/${at + 1}/matrix`;

/** One projection a pair, from the student's channels to the teacher's. */
export function projectionSpecs(
  pairs: readonly FeaturePair[],
  student: readonly Shape[],
  teacher: readonly Shape[],
): WeightSpec[] {
  return pairs.map((pair, at) => {
    const shape = [student[pair.student]!.at(-1)!, teacher[pair.teacher]!.at(-1)!];
    return {
      path: pathOf(at),
      role: "matrix",
      shape,
      init: roles.matrix.init(shape),
      trainable: true,
    };
  });
}

/**
 * Mean over the pairs of the squared distance between the teacher's map and the student's projection, as a share of the
 * teacher's mean square: maps of any scale count alike. Differentiable in the student's features and the projections.
 */
export function featureDistillation(
  pairs: readonly FeaturePair[],
  student: readonly tf.Tensor[],
  teacher: readonly tf.Tensor[],
  weights: Variables,
): tf.Scalar {
  const distances = pairs.map((pair, at) => {
    const projection = weights.get(pathOf(at)) as tf.Tensor2D;
    const [inputs, outputs] = projection.shape;
    const projected = tf.matMul(tf.reshape(student[pair.student]!, [-1, inputs]), projection);
    const target = tf.reshape(teacher[pair.teacher]!, [-1, outputs]);
    const scale = tf.add(tf.mean(tf.square(target)), 1e-6);
    return tf.div(tf.mean(tf.square(tf.sub(projected, target))), scale);
  });
  return tf.mean(tf.stack(distances)) as tf.Scalar;
}
