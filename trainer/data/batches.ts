// Batches that follow from the seed and the step alone: a run that is resumed sees what an uninterrupted one sees.

import type { Sample } from "../../models/dataset.ts";
import { createRandom, type Random } from "../../models/random.ts";
import { pixelMean, pixelStd } from "../config.ts";
import { type Augmentation, drawAugmentation, noAugmentation, sourceIndex } from "./augment.ts";
import type { LoadedSample, SampleCache } from "./sample_cache.ts";

/** Numbers for one step. */
export interface Batch {
  /** `[N,H,W,3]`, normalised. */
  readonly images: Float32Array;
  /** `[N,H,W,1]`, 0 or 1. */
  readonly masks: Float32Array;
  readonly count: number;
}

export interface BatchOptions {
  readonly batch: number;
  readonly seed: number;
  /** Share of a batch that shows a defect, 0..1. */
  readonly defectShare: number;
}

/** Gives the batch of a step, counted from 0. */
export type BatchSource = (step: number) => Promise<Batch>;

/**
 * Draws samples with replacement. Every batch goes round the products, so that it looks like all of them, and shows a
 * defect in its share of images; within a product every defect type comes equally often, however many images it has.
 * Each sample is augmented.
 *
 * @throws RangeError when there is no sample.
 */
export function createBatches(
  samples: readonly Sample[],
  cache: SampleCache,
  options: BatchOptions,
): BatchSource {
  if (samples.length === 0) throw new RangeError("Cannot train: the train part has no image");
  const products = [...Map.groupBy(samples, ({ product }) => product).values()].map(byDefect);
  const random = createRandom(options.seed).fork("batches");

  return async (step) => {
    const ofStep = random.fork(step);
    const order = ofStep.shuffle([...products]);
    const defective = Math.floor(options.batch * options.defectShare + ofStep.next());
    const drawn = Array.from({ length: options.batch }, (_, i) => {
      const { good, defects } = order[i % order.length]!;
      const wanted = i < defective ? defects : good;
      const stratum = pick(wanted.length > 0 ? wanted : [...good, ...defects], ofStep);
      return { sample: pick(stratum, ofStep), random: ofStep.fork(i) };
    });
    const loaded = await Promise.all(drawn.map(({ sample }) => cache.load(sample)));
    const [{ image: { width, height } }] = loaded as [LoadedSample];
    return toBatch(
      loaded,
      drawn.map(({ random }) => drawAugmentation(random, width === height)),
    );
  };
}

interface ProductStrata {
  /** One stratum, or none. */
  readonly good: readonly (readonly Sample[])[];
  /** One stratum a defect type. */
  readonly defects: readonly (readonly Sample[])[];
}

function byDefect(samples: readonly Sample[]): ProductStrata {
  const strata = [...Map.groupBy(samples, ({ defect }) => defect)];
  return {
    good: strata.filter(([defect]) => defect === "good").map(([, stratum]) => stratum),
    defects: strata.filter(([defect]) => defect !== "good").map(([, stratum]) => stratum),
  };
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[random.int(items.length)]!;
}

/** Samples of one size as numbers. */
export function toBatch(
  samples: readonly LoadedSample[],
  augmentations: readonly Augmentation[] = samples.map(() => noAugmentation),
): Batch {
  const [first] = samples;
  if (first === undefined) throw new RangeError("A batch needs at least one sample");
  const pixels = first.mask.data.length;
  const images = new Float32Array(samples.length * pixels * 3);
  const masks = new Float32Array(samples.length * pixels);
  samples.forEach((sample, i) => {
    const augmentation = augmentations[i] ?? noAugmentation;
    fill(
      sample,
      augmentation,
      images.subarray(i * pixels * 3, (i + 1) * pixels * 3),
      masks.subarray(i * pixels, (i + 1) * pixels),
    );
  });
  return { images, masks, count: samples.length };
}

function fill(
  { image, mask }: LoadedSample,
  augmentation: Augmentation,
  images: Float32Array,
  masks: Float32Array,
): void {
  const tables = [0, 1, 2].map((channel) => valueTable(augmentation, channel));
  const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
  const { width, height, data } = image;
  // Asked once a row: the way through a row is a straight one.
  const stepX = sourceIndex(1, 0, image, augmentation) - sourceIndex(0, 0, image, augmentation);
  let at = 0;
  for (let y = 0; y < height; y++) {
    let from = sourceIndex(0, y, image, augmentation);
    for (let x = 0; x < width; x++, at++, from += stepX) {
      masks[at] = mask.data[from]!;
      images[at * 3] = red[data[from * 3]!]!;
      images[at * 3 + 1] = green[data[from * 3 + 1]!]!;
      images[at * 3 + 2] = blue[data[from * 3 + 2]!]!;
    }
  }
}

/** The normalised number of each of the 256 values. */
function valueTable({ gain, offset }: Augmentation, channel: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => {
    const lit = Math.min(1, Math.max(0, gain * value / 255 + offset));
    return (lit - pixelMean[channel]!) / pixelStd[channel]!;
  });
}
