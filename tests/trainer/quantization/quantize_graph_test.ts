import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import { observeRanges, rangesOf, withOutputs } from "../../../trainer/quantization/calibrate.ts";
import { planQuantization } from "../../../trainer/quantization/plan_quantization.ts";
import { quantizeGraph } from "../../../trainer/quantization/quantize_graph.ts";
import { INT8_MAP } from "../../tolerances.ts";
import { normalValues } from "../helpers.ts";
import { randomPreset } from "../random_graph.ts";

const size = { height: 64, width: 96 };
const images = ["one", "two"].map((seed) => normalValues(3 * size.height * size.width, seed));

for (const [name, preset] of [["unet", "tiny"], ["dpt", "tiny"]] as const) {
  Deno.test(`quantizeGraph() keeps the map of ${name} ${preset}, in a quarter of the bytes`, async () => {
    const graph = await randomPreset(name, preset, size);
    const { values, computing } = planQuantization(graph);
    assert(computing.size > 10);
    await using float = await openGraph(serialize(withOutputs(graph, values), {}), size);
    const histograms = await observeRanges(images, (image) => float.observe(image, 1));
    const ranges = rangesOf(histograms, "min-max");
    const bytes = serialize(quantizeGraph(graph, { ranges }), {});
    assertLess(bytes.length, serialize(graph, {}).length * 0.35);
    await using integer = await openGraph(bytes, size);
    for (const image of images) {
      const [expected, actual] = [await float.run(image, 1), await integer.run(image, 1)];
      assertLess(maxAbsDifference(actual, expected), INT8_MAP);
      assert(actual.some((value, at) => value !== expected[at]), "nothing was rounded");
    }
  });
}

Deno.test("quantizeGraph() names the value that has no range", async () => {
  const graph = await randomPreset("unet", "tiny", size);
  assertThrows(
    () => quantizeGraph(graph, { ranges: new Map() }),
    RangeError,
    'Cannot quantize: "image" has no range',
  );
});

Deno.test("quantizeGraph() leaves what is to stay float as it is", async () => {
  const graph = await randomPreset("unet", "tiny", size);
  const floats = new Set(graph.nodes.map(({ name }) => name));
  assertEquals(quantizeGraph(graph, { ranges: new Map(), floats }), graph);
});
