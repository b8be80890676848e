// Every operation means the same to every interpreter: value, gradient and shape.

import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertLess } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { foldBatchNorms } from "../../../trainer/onnx/fold_batch_norms.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { toGraph } from "../../../trainer/ops/onnx.ts";
import type { Network } from "../../../trainer/ops/ops.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { shapeRules } from "../../../trainer/ops/shapes.ts";
import { runTfjs, type Variables } from "../../../trainer/ops/tfjs.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import { testIf } from "../../helpers/require.ts";
import { GRADIENT, OP_PARITY } from "../../tolerances.ts";
import { normalTensor, normalValues, randomVariables, toNchw, weightValues } from "../helpers.ts";
import { paritySize, parityTable } from "./parity_table.ts";
import { testBackends } from "../backends.ts";

const { height, width } = paritySize;

Deno.test("the parity table has a row for every operation", () => {
  const rows = new Set(parityTable.map((row) => row.op));
  assertEquals([...rows].sort(), Object.keys(shapeRules).sort());
});

for (const { op, shows, network } of parityTable) {
  const planned = plan(network, paritySize);

  for (const { capability, use } of testBackends) {
    await testIf(
      capability,
      `${op}() has one value on ${capability} and in ONNX: ${shows}`,
      async () => {
        await use();
        const variables = randomVariables(planned, op);
        const image = normalTensor([2, height, width, 3], `${op} image`) as tf.Tensor4D;
        const logits = tf.tidy(() => runTfjs(network, variables, image, "eval").logits);
        assertEquals(logits.shape.slice(1), [...planned.logits.slice(1)]);
        const map = await toNchw(tf.tidy(() => tf.sigmoid(logits)));

        const graph = toGraph(network, await weightValues(variables), paritySize);
        for (const variant of [graph, foldBatchNorms(graph)]) {
          await using runner = await openGraph(serialize(variant, {}), paritySize);
          const answer = await runner.run(await toNchw(image), 2);
          assertLess(maxAbsDifference(answer, map), OP_PARITY);
        }
        tf.dispose([image, logits, ...variables.values()]);
      },
    );

    await testIf(
      capability,
      `${op}() has the gradient of finite differences on ${capability}: ${shows}`,
      async () => {
        await use();
        const variables = randomVariables(planned, op);
        const image = tf.variable(normalTensor([2, height, width, 3], `${op} image`));
        const trained = [image, ...[...variables.values()].filter(({ trainable }) => trainable)];
        const objective = () => sumOfProducts(network, variables, image as unknown as tf.Tensor4D);
        const { value, grads } = tf.variableGrads(objective, trained);
        for (const variable of trained) {
          const gradient = await grads[variable.name]!.data();
          for (const at of [0, Math.floor(variable.size / 2), variable.size - 1]) {
            const expected = await centralDifference(objective, variable, at);
            const error = Math.abs(gradient[at]! - expected) / Math.max(1, Math.abs(expected));
            assertLess(error, GRADIENT, `${variable.name}[${at}]: ${gradient[at]} ≠ ${expected}`);
          }
        }
        tf.dispose([value, grads, image, ...variables.values()]);
      },
    );
  }
}

/** A scalar that every output touches with a weight of its own, in training mode. */
function sumOfProducts(network: Network, variables: Variables, image: tf.Tensor4D): tf.Scalar {
  return tf.tidy(() => {
    const { logits } = runTfjs(network, variables, image, "train");
    const factors = tf.tensor(normalValues(logits.size, "factors"), logits.shape);
    return tf.sum(tf.mul(logits, factors));
  });
}

async function centralDifference(
  objective: () => tf.Scalar,
  variable: tf.Variable,
  at: number,
): Promise<number> {
  const step = 1e-2;
  const values = (await variable.data<"float32">()).slice();
  const assign = (next: Float32Array) =>
    tf.tidy(() => variable.assign(tf.tensor(next, variable.shape)));
  const evaluate = async (change: number) => {
    const moved = values.slice();
    moved[at]! += change;
    assign(moved);
    const result = objective();
    const [value = NaN] = await result.data<"float32">();
    result.dispose();
    return value;
  };
  const slope = (await evaluate(step) - await evaluate(-step)) / (2 * step);
  assign(values);
  return slope;
}
