// The golden pair: one input and what the trainer itself answers for it. Exporting and every box that loads the package
// hold their own answer against it.

import * as tf from "@tensorflow/tfjs";
import type { VariantName } from "../../models/card.ts";
import { type Golden, maxAbsDifference, PackageError } from "../../models/package.ts";
import { type Tensor, writeSafetensors } from "../../models/safetensors.ts";
import type { ImageSize, Network } from "../ops/ops.ts";
import type { WeightValues } from "../ops/onnx_emitter.ts";
import { runTfjs, toVariables, type Variables } from "../ops/tfjs.ts";
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

/** A package's map is ONNX Runtime's of the trainer's: both sum in their own order, here twice. */
const ownTolerance = 1e-3;

/**
 * Holds weights that were read out of a package against its golden map.
 *
 * @throws PackageError `golden` when the trainer gives another map by them.
 */
export async function checkTrainer(
  network: Network,
  weights: ReadonlyMap<string, WeightValues>,
  { image, anomaly_map }: Golden,
  size: ImageSize,
): Promise<void> {
  const variables = toVariables(weights);
  try {
    const { anomaly_map: own } = await makeGolden(network, variables, image, size);
    const difference = maxAbsDifference(own, anomaly_map);
    if (difference <= ownTolerance) return;
    throw new PackageError(
      "golden",
      `Cannot use the package's weights: by them the trainer's map differs from the golden one by ${difference}, ` +
        `at most ${ownTolerance} is allowed`,
    );
  } finally {
    tf.dispose([...variables.values()]);
  }
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
