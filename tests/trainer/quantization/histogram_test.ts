import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import {
  addTo,
  createHistogram,
  entropyRange,
  percentileRange,
} from "../../../trainer/quantization/histogram.ts";

Deno.test("addTo() counts each number in its bin, and what lies outside at the ends", () => {
  const histogram = createHistogram({ min: 0, max: 4 }, 4);
  addTo(histogram, Float32Array.of(0, 0.5, 1, 3.9, 4, 9, -1));
  assertEquals([...histogram.counts], [3, 1, 0, 3]);
  const still = createHistogram({ min: 2, max: 2 }, 4);
  addTo(still, Float32Array.of(2, 2));
  assertEquals(still.counts.reduce((a, b) => a + b), 2);
});

Deno.test("percentileRange() leaves the share at each end out, and no more", () => {
  const histogram = createHistogram({ min: 0, max: 100 }, 100);
  addTo(histogram, Float32Array.from({ length: 1000 }, (_, i) => i / 10));
  assertEquals(percentileRange(histogram, 1), { min: 0, max: 100 });
  assertEquals(percentileRange(histogram, 0.98), { min: 2, max: 98 });
});

Deno.test("percentileRange() keeps the zeros that most of a ReLU's output is", () => {
  const histogram = createHistogram({ min: 0, max: 10 }, 100);
  addTo(histogram, Float32Array.from({ length: 1000 }, (_, i) => i < 900 ? 0 : (i - 900) / 10));
  const { min, max } = percentileRange(histogram, 0.99);
  assertEquals(min, 0);
  assertAlmostEquals(max, 9, 0.2);
});

Deno.test("entropyRange() cuts off a few outliers, and nothing of an even spread", () => {
  const random = createRandom(7);
  const normal = Float32Array.from({ length: 200_000 }, () => random.normal());
  const outliers = createHistogram({ min: -40, max: 40 });
  addTo(outliers, normal);
  addTo(outliers, Float32Array.of(-40, 40));
  const cut = entropyRange(outliers);
  assert(cut.max > 3 && cut.max < 12, `cut at ${cut.max}`);
  assertEquals(cut.min, -cut.max);

  const even = createHistogram({ min: 0, max: 1 });
  addTo(even, Float32Array.from({ length: 200_000 }, () => random.next()));
  assert(entropyRange(even).max > 0.97);
});
