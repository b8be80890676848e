import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  featureDistillation,
  projectionSpecs,
} from "../../../trainer/distillation/feature_distillation.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";

await tf.setBackend("cpu");

const pairs = [{ student: 1, teacher: 0 }];

Deno.test("projectionSpecs() makes a matrix a pair, from the student's channels to the teacher's", () => {
  const specs = projectionSpecs(pairs, [[1, 9, 2], [1, 4, 4, 3]], [[1, 4, 4, 7]]);
  assertEquals(specs.map(({ path, shape, trainable }) => [path, shape, trainable]), [
    ["distillation/1/matrix", [3, 7], true],
  ]);
});

Deno.test("featureDistillation() is the squared distance as a share of the teacher's mean square", async () => {
  const student = [tf.tensor([9]), tf.tensor([1, 2], [1, 1, 2, 1])];
  const teacher = [tf.tensor([2, 0, 4, 4], [1, 1, 2, 2])];
  const matrix = tf.variable(tf.tensor([2, 1], [1, 2]));
  const cost = featureDistillation(
    pairs,
    student,
    teacher,
    new Map([["distillation/1/matrix", matrix]]),
  );
  // Projected: (2,1) and (4,2). Squared distances 0, 1, 0, 4; squares of the teacher 4, 0, 16, 16.
  const [value = NaN] = await cost.data<"float32">();
  assertAlmostEquals(value, 5 / 36, FLOAT32_LOSS);
  tf.dispose([...student, ...teacher, matrix, cost]);
});
