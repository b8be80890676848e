// The published ViT-Ti/16 gives the tokens that PyTorch has for it, in the trainer and in the graph.

import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertLess } from "@std/assert";
import { join } from "@std/path";
import { importNativeOnnxRuntime } from "../../../models/native_onnxruntime.ts";
import { type FloatTensor, readSafetensors } from "../../../models/safetensors.ts";
import { maxAbsDifference } from "../../../models/package.ts";
import { layerNorm } from "../../../trainer/networks/blocks.ts";
import { vit } from "../../../trainer/networks/vit.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { toGraph } from "../../../trainer/ops/onnx.ts";
import type { Network } from "../../../trainer/ops/ops.ts";
import { runTfjs, toVariables } from "../../../trainer/ops/tfjs.ts";
import { readEncoder } from "../../../trainer/pretrained/encoder_file.ts";
import { sharedDataDir, testIf } from "../../helpers/require.ts";
import { ENCODER_RELATIVE } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";

const folder = join(sharedDataDir, "weights");
const size = { height: 256, width: 256 };
const names = ["tap3", "tap6", "tap9", "tap12", "final"];

/** DPT tiny's encoder, as far as it has published weights. */
const network: Network = (ops, image) => {
  const preset = { channels: 192, heads: 3, layers: 12, patch: 16 };
  const layers = ops.scope("encoder", () => vit(ops, image, preset));
  const taps = [3, 6, 9, 12].map((layer) => layers[layer - 1]!);
  const final = ops.scope("reassemble.4", () => layerNorm(ops, taps[3]!));
  return { logits: image, features: [...taps, final] };
};

const read = () =>
  readEncoder(join(folder, "vit_tiny_patch16_224.safetensors"), {
    network: "dpt",
    preset: "tiny",
    ...size,
  });

async function reference() {
  const { tensors } = readSafetensors(
    await Deno.readFile(join(folder, "vit_tiny_reference.safetensors")),
  );
  return (name: string) => (tensors.get(name) as FloatTensor).data;
}

function holdTokens(answers: readonly Float32Array[], expected: (name: string) => Float32Array) {
  assertEquals(answers.length, names.length);
  for (const [i, name] of names.entries()) {
    const values = expected(name);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assertLess(maxAbsDifference(answers[i]!, values) / largest, ENCODER_RELATIVE, name);
  }
}

await testIf(
  ["shared", "tensorflow"],
  "a published ViT has its tokens in TensorFlow.js",
  async () => {
    await testBackends[0].use();
    const [{ weights, report }, expected] = [await read(), await reference()];
    assertEquals([report.used.length, report.leftOver], [150, ["head.bias", "head.weight"]]);
    const variables = toVariables(weights);
    const tokens = tf.tidy(() => {
      const nchw = tf.tensor4d(expected("input"), [1, 3, size.height, size.width]);
      const image = tf.transpose(nchw, [0, 2, 3, 1]) as tf.Tensor4D;
      return [...runTfjs(network, variables, image, "eval").features];
    });
    holdTokens(await Promise.all(tokens.map((value) => value.data<"float32">())), expected);
    tf.dispose([...tokens, ...variables.values()]);
  },
);

await testIf(
  "shared",
  "a published ViT has its tokens in ONNX Runtime, from an embedding resized to them",
  async () => {
    const [{ weights }, expected] = [await read(), await reference()];
    const position = weights.get("encoder/embed/position")!.data;
    assertLess(maxAbsDifference(position, expected("pos_embed_16x16")), ENCODER_RELATIVE);
    const graph = toGraph(network, weights, size, { features: true });
    const ort = await importNativeOnnxRuntime();
    const session = await ort.InferenceSession.create(serialize(graph, {}), {
      logSeverityLevel: 3,
    });
    const image = new ort.Tensor("float32", expected("input"), [1, 3, size.height, size.width]);
    const answer = await session.run({ image });
    holdTokens(names.map((_, i) => answer[`feature_${i + 1}`]!.data as Float32Array), expected);
    await session.release();
  },
);
