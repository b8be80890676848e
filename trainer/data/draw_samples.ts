// Which samples a step shows, from the seed and the step alone. Opens no picture.

import { createRandom, type Random } from "../../models/random.ts";
import { GOOD, type Sample } from "../../models/sample.ts";

export interface DrawOptions {
  /** Samples a step. */
  readonly batch: number;
  readonly seed: number;
  /** Share of a batch that shows a defect, 0..1. */
  readonly defectShare: number;
  /**
   * Share of the good images that receive a synthetic defect, 0..1. Where a product has no defective sample, all of the
   * images that should show a defect do.
   *
   * @default {0}
   */
  readonly syntheticShare?: number;
  /**
   * Share of the images with a defect in whose place a good one comes, to which that defect is moved, 0..1.
   *
   * @default {0}
   */
  readonly transplantShare?: number;
}

/** One place of a batch. */
export interface Draw {
  readonly sample: Sample;
  /** A good sample receives a synthetic defect, made of this one's pixels. */
  readonly donor?: Sample;
  /** A good sample receives the defect of this one. */
  readonly transplanted?: Sample;
  /** For all that is still to be decided about this place. */
  readonly random: Random;
}

/**
 * Draws with replacement. Every batch goes round the products, so that it looks like all of them, and shows a defect in
 * its share of images; within a product every defect type comes equally often, however many images it has.
 *
 * @returns Gives the draws of a step, counted from 0.
 * @throws RangeError when there is no sample.
 */
export function createDraws(
  samples: readonly Sample[],
  { batch, seed, defectShare, syntheticShare = 0, transplantShare = 0 }: DrawOptions,
): (step: number) => Draw[] {
  if (samples.length === 0) throw new RangeError("Cannot train: the train part has no image");
  const products = [...Map.groupBy(samples, ({ product }) => product).values()].map(byDefect);
  const random = createRandom(seed).fork("batches");

  return (step) => {
    const ofStep = random.fork(step);
    const order = ofStep.shuffle([...products]);
    const defective = Math.floor(batch * defectShare + ofStep.next());
    return Array.from({ length: batch }, (_, i) => {
      const { good, defects } = order[i % order.length]!;
      const wanted = i < defective ? defects : good;
      const stratum = pick(wanted.length > 0 ? wanted : [...good, ...defects], ofStep);
      const sample = pick(stratum, ofStep);
      const ofPlace = ofStep.fork(i);
      const moves = sample.defect !== GOOD && good.length > 0 &&
        ofPlace.fork("transplant").next() < transplantShare;
      if (moves) return { sample: pick(good[0]!, ofStep), transplanted: sample, random: ofPlace };
      const chance = ofPlace.fork("synthetic");
      const receives = sample.defect === GOOD &&
        (i < defective || chance.next() < syntheticShare);
      // Half of them from the image itself: a fault in the pattern is also a defect.
      const donor = chance.next() < 0.5 ? sample : pick(samples, chance);
      return { sample, random: ofPlace, ...(receives && { donor }) };
    });
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
    good: strata.filter(([defect]) => defect === GOOD).map(([, stratum]) => stratum),
    defects: strata.filter(([defect]) => defect !== GOOD).map(([, stratum]) => stratum),
  };
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[random.int(items.length)]!;
}
