import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { writeCheckpoint } from "../../../trainer/checkpoint.ts";
import { scanDataset } from "../../../models/dataset.ts";
import { createLearner } from "../../../trainer/learner.ts";
import { getNetwork } from "../../../trainer/networks/presets.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { runTfjs, toVariables } from "../../../trainer/ops/tfjs.ts";
import { batchNormEpsilon } from "../../../trainer/networks/blocks.ts";
import { readWeights } from "../../../trainer/package/read_weights.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import { observeRanges, rangesOf, withOutputs } from "../../../trainer/quantization/calibrate.ts";
import { integerForm } from "../../../trainer/onnx/integer_form.ts";
import { planQuantization } from "../../../trainer/quantization/plan_quantization.ts";
import { quantizeGraph } from "../../../trainer/quantization/quantize_graph.ts";
import { roundingOf } from "../../../trainer/quantization/value_rounding.ts";
import { openRounding } from "../../../trainer/quantization/run_rounding.ts";
import { createRun } from "../../../trainer/run_folder.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { normalTensor, toNchw } from "../helpers.ts";
import { randomPreset } from "../random_graph.ts";
import { tinyConfig, writeTinyDataset } from "../tiny_dataset.ts";

await tf.setBackend("cpu");

const mean = (values: Float32Array) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const meanDifference = (a: Float32Array, b: Float32Array) =>
  mean(a.map((value, at) => Math.abs(value - b[at]!)));

for (const [name, preset] of [["unet", "tiny"], ["dpt", "c64-l4-f16"]] as const) {
  Deno.test(`${name} ${preset} errs in training by as much as int8 does`, async () => {
    const size = { height: 64, width: 96 };
    const network = getNetwork(name, preset);
    const floatGraph = await randomPreset(name, preset, size);
    const graph = integerForm(floatGraph);
    const weights = readWeights(
      serialize(floatGraph, {}),
      plan(network, size).weights,
      batchNormEpsilon,
    );
    const image = normalTensor([1, size.height, size.width, 3], "image") as tf.Tensor4D;
    const input = await toNchw(image);

    const { values } = planQuantization(graph);
    await using float = await openGraph(serialize(withOutputs(graph, values), {}), size);
    const histograms = await observeRanges([input], (sample) => float.observe(sample, 1));
    const ranges = rangesOf(histograms, "min-max");
    await using integer = await openGraph(
      serialize(quantizeGraph(graph, { ranges }), {}),
      size,
    );
    const rounding = roundingOf(graph, ranges);
    const variables = toVariables(weights);
    const map = tf.tidy(() =>
      tf.sigmoid(runTfjs(network, variables, image, "eval", { rounding }).logits)
    );
    const trained = await toNchw(map);
    tf.dispose([map, image, ...variables.values()]);

    const [exact, quantized] = [await float.run(input, 1), await integer.run(input, 1)];
    // By as much, not by the same: a number that falls to the other side of a half sends other errors through all that follows.
    const ratio = meanDifference(trained, exact) / meanDifference(quantized, exact);
    assertLess(Math.abs(Math.log2(ratio)), 0.5, `ratio ${ratio}`);
  });
}

Deno.test("openRounding() takes the ranges of what a run starts from once, and keeps them", () =>
  withTempDir(async (dir) => {
    const data = join(dir, "data");
    await writeTinyDataset(data);
    const first = await createRun(join(dir, "first"), tinyConfig(data));
    using learner = createLearner(first.config);
    await writeCheckpoint(first.best, { step: 1, tensors: await learner.save() });
    const config = tinyConfig(data, { from: first.dir, roundsNumbers: true });
    const run = await createRun(join(dir, "second"), config);
    const source = { root: data, samples: await scanDataset(data, ["plate"]) };

    const taken = await openRounding(run, source);
    assertEquals(taken.computing.size, 23, "all convolutions, transposed ones too");
    assert([...taken.outputs.values()].every(({ min, max }) => max > min));
    const kept = await openRounding(run, { root: "gone", samples: [] });
    assertEquals(kept, taken);

    await Deno.writeTextFile(run.ranges, '{"a":{"min":0}}');
    await assertRejects(() => openRounding(run, source), TypeError, run.ranges);
    const fresh = { ...run, ranges: join(dir, "none.json"), config: tinyConfig(data) };
    await assertRejects(() => openRounding(fresh, source), RangeError, "starts from none");
  }));
