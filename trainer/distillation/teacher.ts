// A trained network that another one learns from: a run or a package. Owns its weights.

import * as tf from "@tensorflow/tfjs";
import { isPackage, openPackage } from "../../models/package.ts";
import { readCheckpoint } from "../checkpoint.ts";
import { averagedWeights } from "../checkpoint_weights.ts";
import { batchNormEpsilon } from "../networks/blocks.ts";
import { getNetwork } from "../networks/presets.ts";
import type { WeightValues } from "../ops/onnx_emitter.ts";
import type { ImageSize, Network, Shape } from "../ops/ops.ts";
import { plan } from "../ops/plan.ts";
import { runTfjs, toVariables } from "../ops/tfjs.ts";
import type { WindowTensors } from "../ops/tfjs_windows.ts";
import { placeSize, windowSize } from "../ops/windows.ts";
import { checkTrainer } from "../package/golden.ts";
import { readWeights } from "../package/read_weights.ts";
import { openRun } from "../run_folder.ts";

export interface Teacher extends Disposable {
  /** Shapes of its inner maps, for one image. */
  readonly features: readonly Shape[];
  /** As `placeSize()`. */
  readonly placeSize: number;
  /** By path. */
  readonly weights: ReadonlyMap<string, WeightValues>;
  /** The same, as it computes with them. */
  readonly variables: readonly tf.Variable[];
  /**
   * What it thinks of images `[N,H,W,3]`. Call it inside `tf.tidy`, and outside of what is differentiated.
   *
   * @param windows Where the images were cut out, if they were.
   */
  answer(
    images: tf.Tensor4D,
    windows?: WindowTensors,
  ): { readonly logits: tf.Tensor4D; readonly features: readonly tf.Tensor[] };
}

/** What is opened of a run or a package. */
interface Trained {
  readonly network: Network;
  readonly size: ImageSize;
  readonly weights: ReadonlyMap<string, WeightValues>;
}

/** What a teacher will be shown: images of a size, and before them windows of a side in pixels; 0 for none. */
type Lessons = ImageSize & { readonly crop?: number };

/**
 * Opens a package, or the best averaged weights of a run. The backend must be set.
 *
 * @param dir Folder of a package or of a run.
 * @throws Error when the folder holds neither, RangeError when it was trained at another size or takes no such windows,
 * PackageError `golden` when the package's weights do not give its golden map here.
 */
export async function openTeacher(dir: string, lessons: Lessons): Promise<Teacher> {
  const { width, height, crop = 0 } = lessons;
  const { network, size, weights } = await (await isPackage(dir) ? fromPackage : fromRun)(dir);
  if (size.width !== width || size.height !== height) {
    throw new RangeError(
      `Cannot learn from "${dir}": it was trained at ${size.width}×${size.height}, this run is at ${width}×${height}`,
    );
  }
  if (crop > 0) expectWindows(dir, network, windowSize(size, crop));
  const variables = toVariables(weights);
  return {
    features: plan(network, size).features,
    placeSize: placeSize(network, size),
    weights,
    variables: [...variables.values()],
    answer: (images, windows) => runTfjs(network, variables, images, "eval", { windows }),
    [Symbol.dispose]: () => tf.dispose([...variables.values()]),
  };
}

function expectWindows(dir: string, network: Network, window: ImageSize): void {
  try {
    plan(network, window);
  } catch (cause) {
    throw new RangeError(
      `Cannot learn from "${dir}" by windows of ${window.width}×${window.height}: ${
        (cause as Error).message
      }. Choose another --crop`,
      { cause },
    );
  }
}

async function fromRun(dir: string): Promise<Trained> {
  const { config, best } = await openRun(dir);
  const { tensors } = await readCheckpoint(best);
  return {
    network: getNetwork(config.network, config.preset),
    size: config,
    weights: averagedWeights(tensors),
  };
}

async function fromPackage(dir: string): Promise<Trained> {
  const { card, golden, variantPath } = await openPackage(dir);
  const { input: size, network: { name, preset } } = card;
  const network = getNetwork(name, preset);
  const graph = await Deno.readFile(variantPath("fp32"));
  const weights = readWeights(graph, plan(network, size).weights, batchNormEpsilon);
  await checkTrainer(network, weights, await golden(), size);
  return { network, size, weights };
}
