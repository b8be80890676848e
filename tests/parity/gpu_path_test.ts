// A frame through the GPU path against the same frame through `cpu`, for a network of each kind with random weights.

import { assert, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { maxAbsDifference } from "../../models/package.ts";
import { toInput } from "../../models/input.ts";
import { createRandom } from "../../models/random.ts";
import { type Pixels, toImage } from "../../runtime/decode_frame.ts";
import { createSession } from "../../runtime/engine/onnxruntime.ts";
import { createGpuPipeline } from "../../runtime/engine/webgpu/pipeline.ts";
import { readBuffer } from "../../runtime/engine/webgpu/readback.ts";
import { createGpuSession } from "../../runtime/engine/webgpu/session.ts";
import { createPipeline } from "../../runtime/pipeline.ts";
import { getNetwork, presetNames } from "../../trainer/networks/presets.ts";
import { foldBatchNorms } from "../../trainer/onnx/fold_batch_norms.ts";
import { serialize } from "../../trainer/onnx/serialize.ts";
import { toGraph } from "../../trainer/ops/onnx.ts";
import type { Role } from "../../trainer/ops/ops.ts";
import { plan, type WeightSpec } from "../../trainer/ops/plan.ts";
import { answerOne } from "../helpers/answer_one.ts";
import { makeCard } from "../helpers/package.ts";
import { testIf } from "../helpers/require.ts";
import { WEBGPU_MAP_PARITY } from "../tolerances.ts";

/** Not square; small, for a software GPU must bear it. */
const size = { height: 64, width: 96 };
const card = { ...makeCard(), input: { ...makeCard().input, ...size } };

/** Between which the numbers of a weight lie that is neither a kernel nor a table. */
const RANGES: Partial<Record<Role, readonly [low: number, high: number]>> = {
  variance: [0.5, 1.5],
  scale: [0.5, 1.5],
  mean: [-0.4, 0.4],
  offset: [-0.4, 0.4],
  bias: [-0.4, 0.4],
};

/** The graph of a network with random weights, so large that values neither die out nor blow up. */
function emit(name: string, preset: string): Uint8Array {
  const network = getNetwork(name, preset);
  const random = createRandom(`${name} ${preset}`);
  const numbers = ({ shape, role }: WeightSpec) => {
    const length = shape.reduce((a, b) => a * b, 1);
    const range = RANGES[role];
    const deviation = Math.sqrt(shape.at(-1)! / length);
    return Float32Array.from(
      { length },
      () => range ? range[0] + (range[1] - range[0]) * random.next() : deviation * random.normal(),
    );
  };
  const weights = new Map(
    plan(network, size).weights.map((spec) =>
      [spec.path, { shape: spec.shape, data: numbers(spec) }] as const
    ),
  );
  return serialize(foldBatchNorms(toGraph(network, weights, size)), {});
}

function noiseFrame(): Pixels {
  const random = createRandom("frame");
  const bytes = Uint8Array.from({ length: 3 * 64 * 96 }, () => random.int(256));
  return { format: "rgb8", ...size, bytes };
}

for (const [name, [preset]] of presetNames) {
  await testIf("webgpu", `${name} ${preset} answers a frame by shaders as on cpu`, async () => {
    const graph = emit(name, preset!);
    const options = { package: name, card, variant: "fp32" } as const;
    await using cpu = await createSession(graph, { ...options, provider: "cpu", threads: 2 });
    await using gpu = await createGpuSession(graph, options);
    using shaders = await createGpuPipeline(gpu, card);

    const got = await shaders.answer(noiseFrame(), { map: true });
    const expected = await answerOne(createPipeline(cpu, card), noiseFrame(), { map: true });
    const scores = await cpu.run(
      toInput(toImage(noiseFrame()), card.input),
      1,
    );
    const bytes = await readBuffer(gpu.device, gpu.output, gpu.output.size, gpu.read);
    const spread = scores.reduce((a, b) => Math.max(a, b)) -
      scores.reduce((a, b) => Math.min(a, b));
    assertGreater(spread, 0.05, "a flat map hides differences");
    assertLessOrEqual(maxAbsDifference(new Float32Array(bytes), scores), WEBGPU_MAP_PARITY);
    assertLessOrEqual(Math.abs(got.score - expected.score), WEBGPU_MAP_PARITY);
    assert(got.map!.every((level, i) => Math.abs(level - expected.map![i]!) <= 1));
    assertEquals(got.frame, expected.frame);
  });
}
