import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import {
  binaryCrossEntropy,
  diceLoss,
  missedDefectLoss,
  segmentationLoss,
} from "../../trainer/losses.ts";
import { testIf } from "../helpers/require.ts";
import { FLOAT32_LOSS, GRADIENT } from "../tolerances.ts";
import { testBackends } from "./backends.ts";

await tf.setBackend("cpu");

const image = (values: number[]) => tf.tensor4d(values, [1, 1, values.length, 1]);
const scalar = (loss: () => tf.Scalar) => tf.tidy(() => loss().dataSync()[0]!);

/** A pixel's cross-entropy straight from the definition, in doubles. */
function crossEntropy(logit: number, truth: number): number {
  const p = 1 / (1 + Math.exp(-logit));
  return -(truth * Math.log(p) + (1 - truth) * Math.log(1 - p));
}

Deno.test("binaryCrossEntropy() is the mean of −y·ln p − (1−y)·ln(1−p)", () => {
  const [logits, truth] = [[0, 2, -3, 0.5], [1, 1, 0, 0]];
  const expected = logits.reduce((sum, z, i) => sum + crossEntropy(z, truth[i]!), 0) / 4;
  const loss = scalar(() => binaryCrossEntropy(image(logits), image(truth)));
  assertAlmostEquals(loss, expected, FLOAT32_LOSS);
});

Deno.test("binaryCrossEntropy() stays finite where sigmoid is 0 or 1", () => {
  const loss = scalar(() => binaryCrossEntropy(image([1000, -1000]), image([0, 1])));
  assertAlmostEquals(loss, 1000, FLOAT32_LOSS);
});

Deno.test("diceLoss() is 1 − (2·Σpy + 1) / (Σp + Σy + 1)", () => {
  // sigmoid(0) = 1/2, sigmoid(ln 3) = 3/4: overlap 5/4, total 7/4 + 2 → 1 − 3.5/4.75
  const loss = scalar(() => diceLoss(image([0, Math.log(3), 0]), image([1, 1, 0])));
  assertAlmostEquals(loss, 1 - 3.5 / 4.75, FLOAT32_LOSS);
});

Deno.test("diceLoss() counts every image the same, however large its defect", () => {
  const [found, missed] = [[50, 50, 50, -50], [-50, -50, -50, -50]];
  const logits = tf.tensor4d([...found, ...missed], [2, 1, 4, 1]);
  const truth = tf.tensor4d([1, 1, 1, 0, 0, 0, 0, 1], [2, 1, 4, 1]);
  // The large one is found: 0. The small one is missed: 1 − 1/(0 + 1 + 1).
  assertAlmostEquals(scalar(() => diceLoss(logits, truth)), 0.25, FLOAT32_LOSS);
});

Deno.test("diceLoss() is 0 for the truth itself, with and without a defect", () => {
  for (const truth of [[1, 0, 0], [0, 0, 0]]) {
    const logits = truth.map((y) => y === 1 ? 50 : -50);
    assertAlmostEquals(scalar(() => diceLoss(image(logits), image(truth))), 0, FLOAT32_LOSS);
  }
});

Deno.test("missedDefectLoss() is the mean over an image's defect pixels, then over images that have one", () => {
  const logits = tf.tensor4d([2, -1, 9, 0.5, 9, 9, 9, 9], [2, 1, 4, 1]);
  const truth = tf.tensor4d([1, 1, 0, 0, 0, 0, 0, 0], [2, 1, 4, 1]);
  const expected = (crossEntropy(2, 1) + crossEntropy(-1, 1)) / 2;
  assertAlmostEquals(scalar(() => missedDefectLoss(logits, truth)), expected, FLOAT32_LOSS);
  assertAlmostEquals(scalar(() => missedDefectLoss(logits, tf.zerosLike(truth))), 0, FLOAT32_LOSS);
});

Deno.test("missedDefectLoss() still pulls where a defect is missed altogether", () => {
  const [logits, truth] = [image([-12, -12, -12, -12]), image([1, 0, 0, 0])];
  const slope = (loss: (z: tf.Tensor, y: tf.Tensor) => tf.Scalar) =>
    tf.tidy(() => tf.grad((z) => loss(z, truth))(logits).dataSync()[0]!);
  assertLess(slope(missedDefectLoss), -0.9);
  assertLess(-1e-3, slope(diceLoss));
});

Deno.test("segmentationLoss() has the gradient of finite differences", () => {
  const [logits, truth] = [[0.3, -1.2, 2, -0.1], [1, 0, 1, 1]];
  const gradient = tf.tidy(() =>
    tf.grad((z) => segmentationLoss(z, image(truth), 0.2))(image(logits)).dataSync()
  );
  const delta = 1e-2;
  for (const [i, z] of logits.entries()) {
    const at = (value: number) =>
      scalar(() => segmentationLoss(image(logits.with(i, value)), image(truth), 0.2));
    const difference = (at(z + delta) - at(z - delta)) / (2 * delta);
    assertLess(Math.abs(gradient[i]! - difference), GRADIENT * Math.abs(difference));
  }
});

for (const { capability, use } of testBackends) {
  await testIf(
    capability,
    `binaryCrossEntropy() has the slope (p − y) / n at 0 and where sigmoid is 0 or 1, on ${capability}`,
    async () => {
      await use();
      const truth = [0, 1, 1, 0, 1];
      const slope = tf.tidy(() =>
        tf.grad((z) => binaryCrossEntropy(z, image(truth)))(image([100, -100, 0, 0, 100]))
      );
      for (const [i, value] of [1, -1, -0.5, 0.5, 0].entries()) {
        assertAlmostEquals((await slope.data())[i]!, value / 5, FLOAT32_LOSS);
      }
      slope.dispose();
    },
  );

  await testIf(capability, `segmentationLoss() stays finite at ±100 on ${capability}`, async () => {
    await use();
    const [logits, truth] = [[100, -100, 100, -100], [0, 1, 1, 0]];
    const { value, grad } = tf.tidy(() =>
      tf.valueAndGrad((z) => segmentationLoss(z, image(truth), 0.2))(image(logits))
    );
    // Half of the pixels cost 100, one of two defect pixels is missed, the overlap is 1 of 2 + 2: 50 + 0.2·50 + 1 − 3/5.
    assertAlmostEquals((await value.data())[0]!, 60.4, 60 * FLOAT32_LOSS);
    assertEquals((await grad.data()).every((slope) => Number.isFinite(slope)), true);
    tf.dispose([value, grad]);
  });
}
