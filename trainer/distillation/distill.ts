// All that a student learns from its teacher, as one more objective beside that of the labels.

import * as tf from "@tensorflow/tfjs";
import type { Distillation } from "../config.ts";
import { differentiable } from "../losses/objective.ts";
import type { Shape } from "../ops/ops.ts";
import type { WeightSpec } from "../ops/plan.ts";
import type { Variables } from "../ops/tfjs.ts";
import type { WindowTensors } from "../ops/tfjs_windows.ts";
import { featureDistillation, projectionSpecs } from "./feature_distillation.ts";
import { mapDistillation } from "./map_distillation.ts";
import { pairFeatures } from "./pair_features.ts";
import type { Teacher } from "./teacher.ts";

interface Answer {
  readonly logits: tf.Tensor;
  readonly features: readonly tf.Tensor[];
}

export interface Lesson {
  /** Weights that are trained beside the student's. */
  readonly projections: readonly WeightSpec[];
  /**
   * Asks the teacher, outside of what is differentiated.
   *
   * @returns What the student's answer to the same images costs; `weights` hold the projections.
   */
  prepare(
    images: tf.Tensor4D,
    windows?: WindowTensors,
  ): (student: Answer, weights: Variables) => tf.Scalar;
}

/** @throws RangeError when inner maps are to teach and none of the teacher's fits one of the student's. */
export function createLesson(
  teacher: Teacher,
  options: Distillation,
  studentFeatures: readonly Shape[],
): Lesson {
  const { mapWeight, featureWeight } = options;
  const pairs = featureWeight > 0 ? pairFeatures(studentFeatures, teacher.features) : [];
  if (featureWeight > 0 && pairs.length === 0) {
    throw new RangeError(
      `Cannot learn from inner maps of "${options.teacher}": none has the size of one of this network's; set --feature-weight 0`,
    );
  }
  return {
    projections: projectionSpecs(pairs, studentFeatures, teacher.features),
    prepare(images, windows) {
      const taught = teacher.answer(images, windows);
      return ({ logits, features }, weights) => {
        const ofMap = differentiable(
          logits,
          (logits) => mapDistillation(logits, taught.logits, options),
        );
        const cost = tf.mul(mapWeight, ofMap);
        if (pairs.length === 0) return cost as tf.Scalar;
        const ofFeatures = featureDistillation(pairs, features, taught.features, weights);
        return tf.add(cost, tf.mul(featureWeight, ofFeatures)) as tf.Scalar;
      };
    },
  };
}
