import { assertEquals, assertRejects } from "@std/assert";
import { observeRanges, rangesOf, withOutputs } from "../../../trainer/quantization/calibrate.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import { randomPreset } from "../random_graph.ts";

const images = [Float32Array.of(1, 2), Float32Array.of(-3, 5)];
const observe = (image: Float32Array) =>
  Promise.resolve(new Map([["image", image], ["double", image.map((value) => 2 * value)]]));

Deno.test("observeRanges() spans all that each value held over the sample", async () => {
  const histograms = await observeRanges(images, observe);
  assertEquals(
    rangesOf(histograms, "min-max"),
    new Map([["image", { min: -3, max: 5 }], ["double", { min: -6, max: 10 }]]),
  );
  assertEquals(histograms.get("image")!.counts.reduce((a, b) => a + b), 4);
});

Deno.test("observeRanges() refuses an empty sample", () =>
  assertRejects(() => observeRanges([], observe), RangeError, "the sample has no image"));

Deno.test("withOutputs() makes inner values of a graph seen", async () => {
  const size = { height: 16, width: 16 };
  const graph = await randomPreset("unet", "tiny", size);
  const inner = graph.nodes.find(({ op }) => op === "MaxPool")!.outputs[0]!;
  const seen = withOutputs(graph, [inner, "image"]);
  await using observer = await openGraph(serialize(seen, {}), size);
  const values = await observer.observe(new Float32Array(3 * 16 * 16).fill(0.5), 1);
  assertEquals([...values.keys()].sort(), ["anomaly_map", inner, "image"].sort());
  assertEquals(values.get(inner)!.length, 8 * 8 * 8);
});
