import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertLess } from "@std/assert";
import {
  batchNormEpsilon,
  convBias,
  convBnRelu,
  linear,
  rareLogit,
  upConv2x,
} from "../../../trainer/networks/blocks.ts";
import { getNetwork } from "../../../trainer/networks/presets.ts";
import { foldBatchNorms } from "../../../trainer/onnx/fold_batch_norms.ts";
import { integerForm } from "../../../trainer/onnx/integer_form.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { toGraph } from "../../../trainer/ops/onnx.ts";
import { fillWeights } from "../../../trainer/ops/onnx_emitter.ts";
import type { Network, Ops } from "../../../trainer/ops/ops.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { runTfjs, toVariables } from "../../../trainer/ops/tfjs.ts";
import type { Rounding } from "../../../trainer/ops/tfjs_rounded.ts";
import { readWeights } from "../../../trainer/package/read_weights.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import { observeRanges, rangesOf, withOutputs } from "../../../trainer/quantization/calibrate.ts";
import { planQuantization } from "../../../trainer/quantization/plan_quantization.ts";
import { quantizeGraph } from "../../../trainer/quantization/quantize_graph.ts";
import { roundingOf } from "../../../trainer/quantization/value_rounding.ts";
import { normalTensor, toNchw } from "../helpers.ts";
import { randomGraph } from "../random_graph.ts";

await tf.setBackend("cpu");

/** A head over a few values: what falls to the other side of a half has no depth to grow in. */
const headed = (body: <T>(ops: Ops<T>, image: T) => T): Network => (ops, image) => ({
  logits: rareLogit(ops, ops.scope("body", () => body(ops, image))),
  features: [],
});
const named = <T>(ops: Ops<T>, name: string, body: () => T) => ops.scope(name, body);

const bodies: Readonly<Record<string, <T>(ops: Ops<T>, image: T) => T>> = {
  "a convolution, its batch norm and its ReLU": (ops, image) =>
    convBnRelu(ops, image, { filters: 8 }),
  "a transposed convolution": (ops, image) => upConv2x(ops, image, 4),
  "a sum of two convolutions, enlarged": (ops, image) =>
    ops.upsample2x(
      ops.add(
        named(ops, "a", () => convBias(ops, image, { filters: 4 })),
        named(ops, "b", () => convBias(ops, image, { filters: 4 })),
      ),
    ),
  "what is joined": (ops, image) =>
    ops.concat([
      named(ops, "a", () => convBias(ops, image, { filters: 4 })),
      named(ops, "b", () => convBnRelu(ops, image, { filters: 4 })),
    ]),
  "attention": (ops, image) => {
    const [, height = 0, width = 0] = ops.shape(image);
    const x = ops.toTokens(named(ops, "in", () => convBias(ops, image, { filters: 8 })));
    const init = { kind: "normal", standardDeviation: 0.5 } as const;
    const of = (name: string) =>
      named(ops, name, () => ops.linear(x, ops.param("matrix", "matrix", [8, 8], init), null));
    const mixed = ops.attention(of("q"), of("k"), of("v"), { heads: 2 });
    return ops.toImage(named(ops, "out", () => linear(ops, mixed, 8)), { height, width });
  },
};

for (const [what, body] of Object.entries(bodies)) {
  Deno.test(`roundingOf() rounds ${what} as int8 does`, async () => {
    const size = { height: 16, width: 24 };
    const network = headed(body);
    const float = await randomGraph(network, size);
    const weights = readWeights(
      serialize(float, {}),
      plan(network, size).weights,
      batchNormEpsilon,
    );
    const graph = integerForm(float);
    const image = normalTensor([1, size.height, size.width, 3], "image") as tf.Tensor4D;
    const input = await toNchw(image);
    const { values } = planQuantization(graph);
    await using observer = await openGraph(serialize(withOutputs(graph, values), {}), size);
    const histograms = await observeRanges([input], (sample) => observer.observe(sample, 1));
    const ranges = rangesOf(histograms, "percentile");
    await using integer = await openGraph(serialize(quantizeGraph(graph, { ranges }), {}), size);

    const variables = toVariables(weights);
    const answer = (rounding?: Rounding) =>
      tf.tidy(() => tf.sigmoid(runTfjs(network, variables, image, "eval", { rounding }).logits));
    const [rounded, exact] = [answer(roundingOf(graph, ranges)), answer()];
    const [trained, floats] = [await toNchw(rounded), await toNchw(exact)];
    tf.dispose([rounded, exact, image, ...variables.values()]);
    const quantized = await integer.run(input, 1);
    const bytes = trained.map((value) => Math.round(255 * value) / 255); // int8's map is one of bytes
    // What is left is a number now and then on the other side of a half.
    assertLess(distance(bytes, quantized), 0.1 * distance(quantized, floats));
  });
}

for (
  const [name, preset] of [["unet", "tiny"], ["resunet", "small"], ["dpt", "c64-l4-f16"], [
    "dpt",
    "p64-l2-f16",
  ]]
) {
  Deno.test(`roundingOf() rounds all that int8 computes of ${name} ${preset}`, () => {
    const size = { height: 32, width: 32 };
    const network = getNetwork(name!, preset!);
    const { weights } = plan(network, size);
    const zeros = fillWeights(weights, 0);
    const graph = integerForm(foldBatchNorms(toGraph(network, zeros, size)));
    const { values, computing, rangeSource } = planQuantization(graph);
    const ranges = new Map([...values].map((value) => [value, { min: -1, max: 1 }]));
    const { inputs, outputs, ...rest } = roundingOf(graph, ranges);
    const asked = new Set<string>();
    class Asked<V> extends Map<string, V> {
      override get(key: string) {
        asked.add(key);
        return super.get(key);
      }
    }
    const variables = toVariables(zeros);
    tf.tidy(() => {
      const rounding = { ...rest, inputs: new Asked(inputs), outputs: new Asked(outputs) };
      runTfjs(network, variables, tf.zeros([1, 32, 32, 3]), "eval", { rounding });
    });
    tf.dispose([...variables.values()]);
    const isMoved = (value: string) => rangeSource.has(value) || value.endsWith("/products");
    const unasked = [
      ...[...computing].map(({ name }) => name),
      // What is moved has been rounded; the map's own byte is not trained for.
      ...[...outputs.keys()].filter((value) => !isMoved(value) && value !== "anomaly_map"),
    ].filter((name) => !asked.has(name));
    assertEquals(unasked, []);
  });
}

function distance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;
}
