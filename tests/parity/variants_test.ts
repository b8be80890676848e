// The other precisions of a graph on the runtime's providers, held against float32 on `cpu`. How far int8 is from float32 is its
// exporter's matter; that it is the same int8 on every provider is this one's.

import { assertLess } from "@std/assert";
import type { Card, VariantName } from "../../models/card.ts";
import { maxAbsDifference } from "../../models/package.ts";
import { createSession } from "../../runtime/engine/onnxruntime.ts";
import type { ProviderName } from "../../runtime/engine/provider.ts";
import { serialize } from "../../trainer/onnx/serialize.ts";
import { toFloat16 } from "../../trainer/onnx/to_float16.ts";
import { openGraph } from "../../trainer/package/verify.ts";
import { observeRanges, rangesOf, withOutputs } from "../../trainer/quantization/calibrate.ts";
import { planQuantization } from "../../trainer/quantization/plan_quantization.ts";
import { quantizeGraph } from "../../trainer/quantization/quantize_graph.ts";
import { testIf } from "../helpers/require.ts";
import { FLOAT16_WEBGPU_MAP, INT8_PROVIDERS } from "../tolerances.ts";
import { normalValues } from "../trainer/helpers.ts";
import { randomPreset } from "../trainer/random_graph.ts";

const size = { height: 64, width: 96 };
const batch = 2;
const images = normalValues(batch * 3 * size.height * size.width, "images");

async function mapOf(
  graph: Uint8Array,
  provider: ProviderName,
  variant: VariantName,
): Promise<Float32Array> {
  const card = { input: size } as Card;
  await using session = await createSession(graph, {
    ...{ package: "variants", provider, variant, threads: 2, card },
  });
  return (await session.run(images, batch)).slice();
}

for (const [name, preset] of [["unet", "tiny"], ["dpt", "c64-l4-f16"]] as const) {
  await testIf(
    "webgpu",
    `${name} ${preset} in half floats gives float32's map on webgpu`,
    async () => {
      const graph = await randomPreset(name, preset, size);
      const expected = await mapOf(serialize(graph, {}), "cpu", "fp32");
      const actual = await mapOf(serialize(toFloat16(graph), {}), "webgpu", "fp16");
      assertLess(maxAbsDifference(actual, expected), FLOAT16_WEBGPU_MAP);
    },
  );

  Deno.test(`${name} ${preset} in int8 gives one map on cpu and on wasm`, async () => {
    const graph = await randomPreset(name, preset, size);
    const { values } = planQuantization(graph, new Set());
    await using observer = await openGraph(serialize(withOutputs(graph, values), {}), size);
    const histograms = await observeRanges([images], (sample) => observer.observe(sample, batch));
    const ranges = rangesOf(histograms, "min-max");
    const integer = serialize(quantizeGraph(graph, { ranges }), {});
    const [native, web] = [
      await mapOf(integer, "cpu", "int8"),
      await mapOf(integer, "wasm", "int8"),
    ];
    assertLess(maxAbsDifference(web, native), INT8_PROVIDERS);
  });
}
