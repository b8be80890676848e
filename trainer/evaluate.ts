// Measures a graph on samples: what is deployed is what is measured. Knows no network and no training.

import { loadSample, type Sample } from "../models/dataset.ts";
import { GOOD } from "../models/sample.ts";
import type { Image, Mask, ScoreMap } from "../models/image.ts";
import { type InputSpec, toInput } from "../models/input.ts";
import { createMetrics, type MaskMetrics, type MetricsAccumulator } from "../models/metrics.ts";
import { resizeTruth } from "../models/resize_truth.ts";
import { createRuleSearch, type RuleScore } from "./metrics/rule_search.ts";
import { type MaskRule, segmentMap } from "../models/segment_map.ts";
import type { LoadSample } from "./data/synthetic/stand_in.ts";
import type { GraphRunner } from "./package/verify.ts";

/** Metrics over all samples and over those of each product, at the size of the map. */
export interface Evaluation {
  readonly overall: MaskMetrics;
  readonly products: ReadonlyMap<string, MaskMetrics>;
}

/** One sample with the map that the graph has for it. */
type Answer = Omit<MeasuredSample, "mask">;

/** Where samples are, what the graph takes, who hears of each answered sample. */
export interface EvaluationSource {
  readonly root: string;
  readonly samples: readonly Sample[];
  readonly input: InputSpec;
  readonly onSample?: () => void;
  /** @default `loadSample` from `root` */
  readonly load?: LoadSample;
}

function loaderOf({ root, load }: EvaluationSource): LoadSample {
  return load ?? ((sample) => loadSample(root, sample));
}

/** Maps of all samples one by one: a whole split of maps does not fit in memory. */
async function* answers(runner: GraphRunner, source: EvaluationSource): AsyncGenerator<Answer> {
  const { samples, input, onSample } = source;
  const { width, height } = input;
  const load = loaderOf(source);
  for (const sample of samples) {
    const { image, mask } = await load(sample);
    const data = await runner.run(toInput(image, input), 1);
    yield {
      sample,
      image,
      map: { width, height, data },
      truth: resizeTruth(mask, width, height),
    };
    onSample?.();
  }
}

/** A sample with what was found in it. Map, mask and truth are of one size, the image of any. */
export interface MeasuredSample {
  readonly sample: Sample;
  readonly image: Image;
  readonly map: ScoreMap;
  /** The prediction. */
  readonly mask: Mask;
  readonly truth: Mask;
}

/**
 * Measures masks made by a rule against the truth.
 *
 * @param onMeasured Sees every sample before it is forgotten.
 * @throws RangeError when there is no sample.
 */
export async function evaluate(
  runner: GraphRunner,
  source: EvaluationSource,
  rule: MaskRule,
  onMeasured?: (measured: MeasuredSample) => void,
): Promise<Evaluation> {
  const overall = createMetrics();
  const products = new Map<string, MetricsAccumulator>();
  for await (const { sample, image, map, truth } of answers(runner, source)) {
    const { mask } = segmentMap(map, rule);
    onMeasured?.({ sample, image, map, mask, truth });
    overall.add(mask, truth);
    const ofProduct = products.get(sample.product) ?? createMetrics();
    products.set(sample.product, ofProduct);
    ofProduct.add(mask, truth);
  }
  return {
    overall: overall.result(),
    products: new Map([...products].map(([name, metrics]) => [name, metrics.result()])),
  };
}

/**
 * The rule that gives the highest `iou_image` on these samples, which must not be those that are reported on.
 * Small regions are not removed while searching: that rule is for noise, not for the metric.
 *
 * @param onMap Sees every map before it is forgotten.
 */
export async function searchRule(
  runner: GraphRunner,
  source: EvaluationSource,
  onMap?: (map: ScoreMap) => void,
): Promise<RuleScore> {
  const search = createRuleSearch();
  for await (const { map, truth } of answers(runner, source)) {
    search.add(map, truth);
    onMap?.(map);
  }
  return search.best();
}

/** All samples as the graph takes them. */
export async function inputsOf(source: EvaluationSource): Promise<Float32Array[]> {
  const load = loaderOf(source);
  const inputs = [];
  for (const sample of source.samples) {
    inputs.push(toInput((await load(sample)).image, source.input));
  }
  return inputs;
}

/** The first defective sample, as the graph takes it: what the golden check shows the graph must have something to find. */
export async function goldenInput(source: EvaluationSource): Promise<Float32Array> {
  const { root, samples } = source;
  const sample = samples.find(({ defect }) => defect !== GOOD) ?? samples[0];
  if (sample === undefined) throw new RangeError(`Cannot make a golden input: "${root}" is empty`);
  const [input] = await inputsOf({ ...source, samples: [sample] });
  return input!;
}
