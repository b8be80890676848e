// Batches that follow from the seed and the step alone: a run that is resumed sees what an uninterrupted one sees.

import { inputValues } from "../../models/input.ts";
import type { Sample } from "../../models/sample.ts";
import type { Windows } from "../ops/windows.ts";
import { pixelMean, pixelStd } from "../config.ts";
import { augment } from "./augment.ts";
import {
  type AugmentationKind,
  type AugmentationSwitches,
  defaultSwitches,
  kindsOf,
  movingKinds,
} from "./augment/switches.ts";
import { cropSample } from "./crop.ts";
import { createDraws, type Draw, type DrawOptions } from "./draw_samples.ts";
import type { LoadedSample, SampleCache } from "./sample_cache.ts";
import { addDefect } from "./synthetic/defect.ts";
import { transplant } from "./synthetic/transplant.ts";

/** Numbers for one step. */
export interface Batch {
  /** `[N,H,W,3]`, normalised. */
  readonly images: Float32Array;
  /** `[N,H,W,1]`, 0 or 1. */
  readonly masks: Float32Array;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** Where the images were cut out of larger ones, if they were. */
  readonly windows?: Windows;
}

export interface BatchOptions extends DrawOptions {
  /** @default {defaultSwitches} */
  readonly augment?: AugmentationSwitches;
  /** Side in pixels of the window that is shown of each image, 0 for whole images. @default {0} */
  readonly crop?: number;
  /** Windows begin at multiples of this many pixels. @default {1} */
  readonly cropGrid?: number;
  /** Steps that show windows; the ones after them show whole images. @default {0} */
  readonly cropSteps?: number;
}

/** Gives the batch of a step, counted from 0. */
export type BatchSource = (step: number) => Promise<Batch>;

/**
 * Loads the samples that a step draws, gives some a synthetic defect, augments all, and in the first steps cuts out windows.
 *
 * @throws RangeError when there is no sample.
 */
export function createBatches(
  samples: readonly Sample[],
  cache: SampleCache,
  options: BatchOptions,
): BatchSource {
  const { augment: switches = defaultSwitches, crop = 0, cropGrid = 1, cropSteps = 0 } = options;
  const drawsOf = createDraws(samples, options);

  async function make(draw: Draw): Promise<LoadedSample> {
    const kinds = kindsOf(switches, draw.sample.product);
    return augment(await show(draw, kinds), kinds, draw.random.fork("augment"));
  }
  async function show(
    { sample, donor, transplanted, random }: Draw,
    kinds: readonly AugmentationKind[],
  ): Promise<LoadedSample> {
    const loaded = await cache.load(sample);
    if (donor !== undefined) {
      return addDefect(loaded, (await cache.load(donor)).image, random.fork("defect"));
    }
    if (transplanted === undefined) return loaded;
    const moves = kinds.filter((kind) => movingKinds.includes(kind));
    const moved = augment(await cache.load(transplanted), moves, random.fork("moved"));
    return transplant(loaded, moved, random.fork("transplant"));
  }
  return async (step) => {
    const draws = drawsOf(step);
    const samples = await Promise.all(draws.map(make));
    if (crop === 0 || step >= cropSteps) return toBatch(samples);
    const cropped = samples.map((sample, at) =>
      cropSample(sample, { side: crop, grid: cropGrid }, draws[at]!.random.fork("crop"))
    );
    const starts = cropped.map(({ left, top }) => ({ left, top }));
    const { width, height } = samples[0]!.image;
    return { ...toBatch(cropped), windows: { whole: { width, height }, starts } };
  };
}

/** Samples of one size as numbers. */
export function toBatch(samples: readonly LoadedSample[]): Batch {
  const [first] = samples;
  if (first === undefined) throw new RangeError("A batch needs at least one sample");
  const [red, green, blue] = [0, 1, 2].map((channel) =>
    inputValues(pixelMean[channel]!, pixelStd[channel]!)
  ) as [Float32Array, Float32Array, Float32Array];
  const { width, height } = first.mask;
  const pixels = width * height;
  const images = new Float32Array(samples.length * pixels * 3);
  const masks = new Float32Array(samples.length * pixels);
  samples.forEach(({ image: { data }, mask }, i) => {
    masks.set(mask.data, i * pixels);
    const start = i * pixels * 3;
    for (let at = 0; at < data.length; at += 3) {
      images[start + at] = red[data[at]!]!;
      images[start + at + 1] = green[data[at + 1]!]!;
      images[start + at + 2] = blue[data[at + 2]!]!;
    }
  });
  return { images, masks, count: samples.length, width, height };
}
