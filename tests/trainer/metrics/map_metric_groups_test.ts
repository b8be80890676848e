import { assertEquals, assertThrows } from "@std/assert";
import { createGroupedMapMetrics } from "../../../trainer/metrics/map_metric_groups.ts";
import { createMapMetrics } from "../../../trainer/metrics/map_metrics.ts";
import { goldenMaps } from "../../helpers/golden_maps.ts";

const images = goldenMaps(1);
const labels = [
  { product: "bottle", defect: "crack" },
  { product: "bottle", defect: "good" },
  { product: "screw", defect: "dirt" },
  { product: "bottle", defect: "dirt" },
  { product: "cable", defect: "good" },
  { product: "bottle", defect: "crack" },
];

/** The report on some of the images by themselves. */
function reportOn(...indices: number[]) {
  const metrics = createMapMetrics();
  for (const i of indices) metrics.add(images[i]!.map, images[i]!.truth);
  return metrics.result();
}

Deno.test("createGroupedMapMetrics() reports on products, and on defects beside the product's good images", () => {
  const metrics = createGroupedMapMetrics();
  images.forEach(({ map, truth }, i) => metrics.add(labels[i]!, map, truth));
  const { overall, products } = metrics.result();
  assertEquals(overall, reportOn(0, 1, 2, 3, 4, 5));
  assertEquals(
    products,
    new Map([
      ["bottle", {
        overall: reportOn(0, 1, 3, 5),
        defects: new Map([["crack", reportOn(0, 1, 5)], ["dirt", reportOn(1, 3)]]),
      }],
      ["screw", { overall: reportOn(2), defects: new Map([["dirt", reportOn(2)]]) }],
      ["cable", { overall: reportOn(4), defects: new Map() }],
    ]),
  );
});

Deno.test("createGroupedMapMetrics() refuses an empty set", () => {
  assertThrows(() => createGroupedMapMetrics().result(), RangeError, "no map was added");
});
