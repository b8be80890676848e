// A trained network that another one learns from. Owns its weights.

import * as tf from "@tensorflow/tfjs";
import { readCheckpoint } from "../checkpoint.ts";
import { averagedWeights } from "../checkpoint_weights.ts";
import { getNetwork } from "../networks/presets.ts";
import type { ImageSize, Shape } from "../ops/ops.ts";
import { plan } from "../ops/plan.ts";
import { runTfjs, toVariables } from "../ops/tfjs.ts";
import type { Windows } from "../ops/windows.ts";
import { openRun } from "../run_folder.ts";

export interface Teacher extends Disposable {
  /** Shapes of its inner maps, for one image. */
  readonly features: readonly Shape[];
  /**
   * What it thinks of images `[N,H,W,3]`. Call it inside `tf.tidy`, and outside of what is differentiated.
   *
   * @param windows Where the images were cut out, if they were.
   */
  answer(
    images: tf.Tensor4D,
    windows?: Windows,
  ): { readonly logits: tf.Tensor4D; readonly features: readonly tf.Tensor[] };
}

/**
 * Opens the best averaged weights of a run. The backend must be set.
 *
 * @throws Error when the folder holds no run, RangeError when it was trained at another size.
 */
export async function openTeacher(dir: string, { width, height }: ImageSize): Promise<Teacher> {
  const { config, best } = await openRun(dir);
  if (config.width !== width || config.height !== height) {
    throw new RangeError(
      `Cannot learn from "${dir}": it was trained at ${config.width}×${config.height}, this run is at ${width}×${height}`,
    );
  }
  const network = getNetwork(config.network, config.preset);
  const variables = toVariables(averagedWeights((await readCheckpoint(best)).tensors));
  return {
    features: plan(network, config).features,
    answer: (images, windows) => runTfjs(network, variables, images, "eval", windows),
    [Symbol.dispose]: () => tf.dispose([...variables.values()]),
  };
}
