import * as tf from "@tensorflow/tfjs";
import { assertLess, assertThrows } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { batchNormEpsilon } from "../../../trainer/networks/blocks.ts";
import { getNetwork } from "../../../trainer/networks/presets.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { foldBatchNorms } from "../../../trainer/onnx/fold_batch_norms.ts";
import { toGraph } from "../../../trainer/ops/onnx.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import { readWeights } from "../../../trainer/package/read_weights.ts";
import { MAP_PARITY } from "../../tolerances.ts";
import { normalValues } from "../helpers.ts";
import { randomPreset } from "../random_graph.ts";

await tf.setBackend("cpu");

const size = { height: 64, width: 96 };

for (
  const [name, preset] of [["unet", "tiny"], ["resunet", "small"], ["dpt", "c32-l4-f8"]] as const
) {
  Deno.test(`readWeights() gives ${name} ${preset} the weights of its graph back`, async () => {
    const network = getNetwork(name, preset);
    const graph = await randomPreset(name, preset, size);
    const weights = readWeights(
      serialize(graph, {}),
      plan(network, size).weights,
      batchNormEpsilon,
    );
    // Written once more, the norms folded once more: the same map.
    const again = foldBatchNorms(toGraph(network, weights, size));
    const image = normalValues(3 * size.height * size.width, "image");
    await using first = await openGraph(serialize(graph, {}), size);
    await using second = await openGraph(serialize(again, {}), size);
    assertLess(maxAbsDifference(await second.run(image, 1), await first.run(image, 1)), MAP_PARITY);
  });
}

Deno.test("readWeights() names the weight that the graph has not", async () => {
  const bytes = serialize(await randomPreset("unet", "tiny", size), {});
  const wanted = (name: string, preset: string) => plan(getNetwork(name, preset), size).weights;
  assertThrows(
    () => readWeights(bytes, wanted("unet", "small"), batchNormEpsilon),
    RangeError,
    'Cannot read weight "encoder.0/conv1/kernel" [3,3,3,16]: the graph has [3,3,3,8]',
  );
  assertThrows(
    () => readWeights(bytes, wanted("dpt", "c32-l4-f8"), batchNormEpsilon),
    RangeError,
    'Cannot read weight "encoder/embed/stem.1/kernel" [3,3,3,4]: the graph has none',
  );
});
