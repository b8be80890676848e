import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  batchNorm,
  channels,
  convBias,
  convBnRelu,
  rareLogit,
  upConv2x,
} from "../../../trainer/networks/blocks.ts";
import { toGraph } from "../../../trainer/ops/onnx.ts";
import { fillWeights } from "../../../trainer/ops/onnx_emitter.ts";
import type { Ops, Outputs } from "../../../trainer/ops/ops.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { FLOAT64_SUM } from "../../tolerances.ts";

type Block = <T>(ops: Ops<T>, x: T) => T;
const size = { height: 7, width: 8 };

/** Output shape, weight paths and ONNX operations of a block. */
function read(block: Block) {
  const network = <T>(ops: Ops<T>, image: T): Outputs<T> => ({
    logits: block(ops, image),
    features: [],
  });
  const { logits, weights } = plan(network, size);
  const zeros = fillWeights(weights, 0);
  const { nodes } = toGraph(network, zeros, size);
  return {
    shape: logits,
    weights,
    paths: weights.map(({ path }) => path),
    ops: nodes.slice(0, -1).map(({ op }) => op),
  };
}

Deno.test("convBnRelu() has no bias beside its batch norm, and ceil(size / stride) outputs", () => {
  const { shape, paths, ops } = read((ops, x) => convBnRelu(ops, x, { filters: 5, stride: 2 }));
  assertEquals(shape, [1, 4, 4, 5]);
  assertEquals(paths, [
    "kernel",
    ...["scale", "offset", "mean", "variance"].map((w) => `norm/${w}`),
  ]);
  assertEquals(ops, ["Conv", "BatchNormalization", "Relu"]);
});

Deno.test("convBias() is one convolution with a bias", () => {
  const { shape, weights, ops } = read((ops, x) => convBias(ops, x, { filters: 5, kernel: 5 }));
  assertEquals(shape, [1, 7, 8, 5]);
  assertEquals(weights.map((weight) => weight.shape), [[5, 5, 3, 5], [5]]);
  assertEquals(ops, ["Conv"]);
});

Deno.test("batchNorm() has four weights of the image's channels", () => {
  const { shape, weights } = read((ops, x) => batchNorm(ops, x));
  assertEquals(shape, [1, 7, 8, 3]);
  assertEquals(weights.map((weight) => weight.shape), [[3], [3], [3], [3]]);
});

Deno.test("upConv2x() doubles height and width", () => {
  assertEquals(read((ops, x) => upConv2x(ops, x, 6)).shape, [1, 14, 16, 6]);
});

Deno.test("rareLogit() starts at a probability of 0.02", () => {
  const { shape, weights } = read((ops, x) => rareLogit(ops, x));
  assertEquals(shape, [1, 7, 8, 1]);
  const { init } = weights.find(({ path }) => path === "head/bias")!;
  const logit = init.kind === "constant" ? init.value : NaN;
  assertAlmostEquals(1 / (1 + Math.exp(-logit)), 0.02, FLOAT64_SUM);
});

Deno.test("channels() refuses a value without channels", () => {
  const shape = (x: readonly number[]) => x;
  assertEquals(channels({ shape } as Ops<readonly number[]>, [2, 7]), 7);
  assertThrows(() => channels({ shape } as Ops<readonly number[]>, []), RangeError);
});
