// One network in training: runs it forward and back on batches, and forward on what is to be predicted.

import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../models/random.ts";
import { compile } from "./compile/compile.ts";
import type { TrainConfig } from "./config.ts";
import type { Batch } from "./data/batches.ts";
import { createLesson } from "./distillation/distill.ts";
import type { Teacher } from "./distillation/teacher.ts";
import { signedDistances } from "./losses/distance_map.ts";
import { createObjective, needsDistances } from "./losses/objective.ts";
import { getNetwork } from "./networks/presets.ts";
import type { ImageSize } from "./ops/ops.ts";
import { plan } from "./ops/plan.ts";
import { runTfjs } from "./ops/tfjs.ts";
import type { Rounding } from "./ops/tfjs_rounded.ts";
import { commonGrid, placeSize } from "./ops/windows.ts";
import { meanSlope, microBatches, type Slope } from "./optimizer/micro_batches.ts";
import { createRateFactors } from "./optimizer/rate_factors.ts";
import { isFrozen } from "./schedule.ts";
import { createTrainingState, type TrainingState } from "./training_state.ts";

/** One step of the loop. */
export interface StepOptions {
  /** Of the schedule, counted from 0. */
  readonly step: number;
  /** Steps before it that were passed over: no moment knows of them. @default 0 */
  readonly skipped?: number;
  /** Of this step. */
  readonly learningRate: number;
}

export interface StepReport {
  readonly loss: number;
  /** Global norm of the gradient before clipping. When it is not finite, neither are the weights any more. */
  readonly gradientNorm: number;
}

export interface Learner
  extends Disposable, Pick<TrainingState, "save" | "restore" | "startFrom" | "startEncoder"> {
  /** Windows must begin at multiples of this many pixels, for which the network and its teacher have places. */
  readonly windowGrid: number;
  /**
   * Takes one step.
   *
   * @returns What the loss was before it.
   * @throws RangeError when a window does not begin at a multiple of `windowGrid`.
   */
  step(batch: Batch, options: StepOptions): Promise<StepReport>;
  /** Maps of images by the averaged weights: `[N,H,W,1]` of 0..1. */
  predict(batch: Batch): Promise<Float32Array>;
}

export interface LearnerOptions {
  /** Whom the run learns from, as `config.distillation` says. The caller disposes it. */
  readonly teacher?: Teacher | undefined;
  /** What computes as int8 will, in training and in prediction. */
  readonly rounding?: Rounding | undefined;
}

/** Statistics of a batch or running ones. */
type Mode = "train" | "eval";

/** A batch as `compile()` takes it. */
type BatchTensors = {
  /** `[N,H,W,3]` */
  readonly images: tf.Tensor4D;
  /** `[N,H,W,1]` */
  readonly truth: tf.Tensor4D;
  /** First column and row of each window `[N,2]`, where the images are windows. */
  readonly starts: tf.Tensor2D | undefined;
  /** `[N,H,W,1]`, where a loss reads them. */
  readonly distances: tf.Tensor4D | undefined;
};

/** @throws RangeError when the teacher's inner maps do not fit. */
export function createLearner(
  config: TrainConfig,
  { teacher, rounding }: LearnerOptions = {},
): Learner {
  const { clipNorm, averageDecay, weightDecay } = config;
  const network = getNetwork(config.network, config.preset);
  const { weights, features } = plan(network, config);
  const windowGrid = commonGrid([placeSize(network, config), teacher?.placeSize ?? 1]);
  const lesson = teacher && config.distillation
    ? createLesson(teacher, config.distillation, features)
    : undefined;
  const specs = [...weights, ...lesson?.projections ?? []];
  const state = createTrainingState(specs, {
    random: createRandom(config.seed).fork("weights"),
    rateFactor: createRateFactors(specs.map(({ path }) => path), {
      encoder: config.encoderRate,
      layerDecay: config.layerDecay,
    }),
  });
  const objective = createObjective(config.losses);
  const measuresDistance = needsDistances(config.losses);

  const slope = compile(computeSlope, [...state.weights.values(), ...teacher?.variables ?? []]);

  function slopeOf(batch: Batch, mode: Mode): Slope {
    const { images, masks, count, width, height, windows } = batch;
    const size = [count, height, width] as const;
    const astray = windows?.starts.find(({ left, top }) =>
      left % windowGrid + top % windowGrid > 0
    );
    if (astray !== undefined) {
      throw new RangeError(
        `Cannot learn from a window at column ${astray.left}, row ${astray.top}: it must begin at multiples of ${windowGrid}`,
      );
    }
    const starts = windows?.starts.map(({ left, top }) => [left, top]);
    const distances = measuresDistance ? signedDistances(masks, batch) : undefined;
    const [loss, ...gradients] = slope.run({
      images: tf.tensor4d(images, [...size, 3]),
      truth: tf.tensor4d(masks, [...size, 1]),
      starts: starts && tf.tensor2d(starts),
      distances: distances && tf.tensor4d(distances, [...size, 1]),
    }, { mode, whole: windows?.whole ?? { width, height } });
    return { loss: loss as tf.Scalar, gradients };
  }

  /** Of a batch the loss, then one gradient a bucket. */
  function computeSlope(
    { images, truth, starts, distances }: BatchTensors,
    { mode, whole }: { readonly mode: Mode; readonly whole: ImageSize },
  ): tf.Tensor[] {
    const windows = starts && { whole, starts };
    const costOfLesson = lesson?.prepare(images, windows);
    const { value, grads } = tf.variableGrads(() => {
      const answer = runTfjs(network, state.weights, images, mode, { windows, rounding });
      const loss = objective(answer.logits, truth, distances);
      return costOfLesson === undefined
        ? loss
        : tf.add(loss, costOfLesson(answer, state.weights)) as tf.Scalar;
    }, [...state.trained.values()]);
    const byPath = [...state.trained].map(([path, { name }]) => [path, grads[name]!] as const);
    return [value, ...state.joinGradients(new Map(byPath))];
  }

  return {
    ...state,
    windowGrid,
    [Symbol.dispose]() {
      slope[Symbol.dispose]();
      state[Symbol.dispose]();
    },
    async step(batch, { step, skipped = 0, learningRate }) {
      const report = tf.tidy(() => {
        const mode = isFrozen(step, config) ? "eval" : "train";
        const parts = microBatches(batch, config.microBatch ?? batch.count);
        const { loss, gradients } = meanSlope(parts, (part) => slopeOf(part, mode));
        const taken = step - skipped;
        const options = { step: taken, learningRate, weightDecay, clipNorm, averageDecay };
        return tf.stack([loss, state.update(gradients, options)]);
      });
      const [loss = NaN, gradientNorm = NaN] = await report.data<"float32">();
      report.dispose();
      return { loss, gradientNorm };
    },
    async predict({ images, count, width, height }) {
      const map = tf.tidy(() => {
        const x = tf.tensor4d(images, [count, height, width, 3]);
        return tf.sigmoid(runTfjs(network, state.averaged(), x, "eval", { rounding }).logits);
      });
      const values = await map.data<"float32">();
      map.dispose();
      return values;
    },
  };
}
