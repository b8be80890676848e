// The metrics over maps for a whole data set, for each product and for each type of defect. Knows no folder.

import type { Mask, ScoreMap } from "../../models/image.ts";
import { type MapReport, measureScores } from "./map_metrics.ts";
import { type MapScores, scoresOf } from "./map_scores.ts";
import { GOOD, type Sample } from "../../models/sample.ts";

/** Reports on all images of a product and on each of its types of defect. */
export interface ProductReports {
  readonly overall: MapReport;
  /**
   * By type: its images together with the product's good ones, else nothing would be there to tell them from
   * (as in MVTec LOCO AD's evaluation, Bergmann et al., IJCV 2022).
   */
  readonly defects: ReadonlyMap<string, MapReport>;
}

/** Reports on all images and on those of each product. */
export interface GroupedReports {
  readonly overall: MapReport;
  readonly products: ReadonlyMap<string, ProductReports>;
}

/** Collects maps one by one, as `createMapMetrics` does; groups share what is kept. */
export interface GroupedMapMetrics {
  /** Adds a sample's map. Throws RangeError when the sizes differ or a score is NaN or outside 0..1. */
  add(sample: Pick<Sample, "product" | "defect">, map: ScoreMap, truth: Mask): void;
  /**
   * The reports on what was added, groups in the order of their first sample. Throws RangeError when nothing was.
   *
   * @param threshold Has a point of its own in what `overall` draws.
   */
  result(threshold?: number): GroupedReports;
}

/** Creates an empty accumulator. */
export function createGroupedMapMetrics(): GroupedMapMetrics {
  const images: GroupedScores[] = [];
  return {
    add({ product, defect }, map, truth) {
      images.push({ product, defect, ...scoresOf(map, truth) });
    },
    result: (threshold) => ({
      overall: measureScores(images, threshold),
      products: mapValues(Map.groupBy(images, ({ product }) => product), measureProduct),
    }),
  };
}

type GroupedScores = Pick<Sample, "product" | "defect"> & MapScores;

function measureProduct(images: readonly GroupedScores[]): ProductReports {
  const types = Map.groupBy(images, ({ defect }) => defect);
  const good = types.get(GOOD) ?? [];
  types.delete(GOOD);
  return {
    overall: measureScores(images),
    defects: mapValues(types, (ofType) => measureScores([...good, ...ofType])),
  };
}

function mapValues<K, A, B>(map: ReadonlyMap<K, A>, change: (value: A) => B): Map<K, B> {
  return new Map(map.entries().map(([key, value]) => [key, change(value)]));
}
