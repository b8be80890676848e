// The golden pair: one input and what the trainer itself answers for it. Exporting and every box that loads the package
// hold their own answer against it.

import * as tf from "@tensorflow/tfjs";
import type { VariantName } from "../../models/card.ts";
import { type Golden, maxAbsDifference, PackageError } from "../../models/package.ts";
import { type Tensor, writeSafetensors } from "../../models/safetensors.ts";
import type { ImageSize, Network } from "../ops/ops.ts";
import { runTfjs, type Variables } from "../ops/tfjs.ts";
import type { GraphRunner } from "./verify.ts";

/**
 * Runs the network in the trainer.
 *
 * @param image `[3,H,W]`, normalised.
 */
export async function makeGolden(
  network: Network,
  variables: Variables,
  image: Float32Array,
  { height, width }: ImageSize,
): Promise<Golden> {
  const map = tf.tidy(() => {
    const nhwc = tf.transpose(tf.tensor4d(image, [1, 3, height, width]), [0, 2, 3, 1]);
    return tf.sigmoid(runTfjs(network, variables, nhwc as tf.Tensor4D, "eval").logits);
  });
  try {
    return { image, anomaly_map: await map.data() as Float32Array };
  } finally {
    map.dispose();
  }
}

/**
 * Holds a graph against the trainer.
 *
 * @param variant Its precision, for the message.
 * @returns Largest |Δ| of the map.
 * @throws PackageError `golden` when it is above `tolerance`.
 */
export async function checkGolden(
  runner: GraphRunner,
  golden: Golden,
  tolerance: number,
  variant: VariantName = "fp32",
): Promise<number> {
  const map = await runner.run(golden.image, 1);
  const difference = maxAbsDifference(map, golden.anomaly_map);
  if (difference > tolerance) {
    throw new PackageError(
      "golden",
      `Cannot write the package: ONNX Runtime's map by ${variant} differs from the trainer's by ${difference}, ` +
        `at most ${tolerance} is allowed`,
    );
  }
  return difference;
}

/** The bytes of `golden.safetensors`. */
export function encodeGolden(
  golden: Golden,
  { height, width }: ImageSize,
): Uint8Array<ArrayBuffer> {
  const tensors: [string, Tensor][] = [
    ["image", { dtype: "F32", shape: [1, 3, height, width], data: golden.image }],
    ["anomaly_map", { dtype: "F32", shape: [1, 1, height, width], data: golden.anomaly_map }],
  ];
  return writeSafetensors(new Map(tensors));
}
