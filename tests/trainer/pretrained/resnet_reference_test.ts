// A ResNet's weights give the numbers that PyTorch has with them: order of axes, names of norms and shortcuts, padding.

import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Tensor } from "../../../models/safetensors.ts";
import { resunet } from "../../../trainer/networks/resunet.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { createVariables, runTfjs } from "../../../trainer/ops/tfjs.ts";
import { takeEncoder } from "../../../trainer/pretrained/take_encoder.ts";
import { testIf } from "../../helpers/require.ts";
import { RESNET_FEATURE } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";
import { torchvisionResNet } from "./published.ts";

const size = { height: 32, width: 64 };

/**
 * `m.forward_features(x)` of timm 1.0.31's `m = ResNet(BasicBlock, [1, 1, 1, 1])` in float64, with `fill` on every tensor and
 * `x = wave(…, 1)`: the first twelve channels of the left pixel, the first eight of the right, the sums of all 512 channels.
 */
const expected = {
  left: [1.282026, 0, 0, 0, 0.7527328, 1.334631, 0, 0, 0, 1.36518, 0.6443236, 1.30679],
  right: [1.618118, 0, 0, 0, 0.937127, 0.9305147, 0, 0],
  sums: [291.52924, 280.45908],
};

/** Numbers of −1 to 1 that a Python integer and a double agree on. */
function wave(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (i * 7919 + seed * 31) % 1009 / 504 - 1);
}

/** A tensor's numbers from its name alone, in the range that its place asks for. */
function fill(name: string, { shape, data }: Tensor): Tensor {
  const seed = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const inputs = data.length / (shape[0] ?? 1);
  const [offset, scale] = shape.length === 4 ? [0, Math.sqrt(6 / inputs)] : ranges[leafOf(name)]!;
  return { dtype: "F32", shape, data: wave(data.length, seed).map((x) => offset + scale * x) };
}

const ranges: Readonly<Record<string, readonly [offset: number, scale: number]>> = {
  weight: [1, 0.3],
  bias: [0, 0.2],
  running_mean: [0, 0.1],
  running_var: [1, 0.4],
};

const leafOf = (name: string) => name.slice(name.lastIndexOf(".") + 1);

await testIf("tensorflow", "a ResNet's weights give PyTorch's map in TensorFlow.js", async () => {
  await testBackends[0].use();
  const network = resunet({ encoder: { units: [1, 1, 1, 1] } });
  const planned = plan(network, size).weights;
  const file = new Map(
    [...torchvisionResNet([1, 1, 1, 1])]
      .filter(([name]) => !name.startsWith("fc.") && leafOf(name) in ranges)
      .map(([name, tensor]) => [name, fill(name, tensor)]),
  );
  const variables = createVariables(planned, { normal: () => 0 });
  for (const [path, { shape, data }] of takeEncoder(file, planned, size).weights) {
    tf.tidy(() => variables.get(path)!.assign(tf.tensor(data, [...shape])));
  }
  const bottom = tf.tidy(() => {
    const nchw = tf.tensor4d(wave(3 * size.height * size.width, 1), [1, 3, 32, 64]);
    const image = tf.transpose(nchw, [0, 2, 3, 1]) as tf.Tensor4D;
    return runTfjs(network, variables, image, "eval").features[0]!;
  });
  assertEquals(bottom.shape, [1, 1, 2, 512]);
  const map = await bottom.data<"float32">();
  const [left, right] = [map.subarray(0, 512), map.subarray(512)];
  expected.left.forEach((value, i) => assertAlmostEquals(left[i]!, value, RESNET_FEATURE));
  expected.right.forEach((value, i) => assertAlmostEquals(right[i]!, value, RESNET_FEATURE));
  [left, right].forEach((pixel, i) => {
    const mean = pixel.reduce((sum, value) => sum + value, 0) / 512;
    assertAlmostEquals(mean, expected.sums[i]! / 512, RESNET_FEATURE);
  });
  tf.dispose([bottom, ...variables.values()]);
});
