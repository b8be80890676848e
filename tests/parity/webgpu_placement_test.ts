// On webgpu the GPU runs every node of every network. One that falls back to the CPU costs two copies a frame, and only the
// session's log shows it.

import { assertEquals } from "@std/assert";
import { getNetwork, presetNames } from "../../trainer/networks/presets.ts";
import { foldBatchNorms } from "../../trainer/onnx/fold_batch_norms.ts";
import type { Graph, Initializer } from "../../trainer/onnx/graph.ts";
import { serialize } from "../../trainer/onnx/serialize.ts";
import { toFloat16 } from "../../trainer/onnx/to_float16.ts";
import { inputName, outputName, toGraph } from "../../trainer/ops/onnx.ts";
import { fillWeights } from "../../trainer/ops/onnx_emitter.ts";
import type { ImageSize, Network } from "../../trainer/ops/ops.ts";
import { plan } from "../../trainer/ops/plan.ts";
import { type Placement, placeOnWebGpu } from "../helpers/placement.ts";
import { testIf } from "../helpers/require.ts";

/** Not square; small, for a software GPU must bear it. */
const size = { height: 64, width: 96 };

for (const [name, presets] of presetNames) {
  for (const preset of presets) {
    await testIf("webgpu", `${name} ${preset} runs on the GPU alone`, async () => {
      const placements = await placeOnWebGpu(serialize(emit(getNetwork(name, preset), size), {}));
      assertEquals(elsewhere(placements), []);
    });
  }
}

for (const [name, preset] of [...presetNames].map(([name, [first]]) => [name, first!] as const)) {
  await testIf("webgpu", `${name} ${preset} runs on the GPU alone in half floats`, async () => {
    const graph = toFloat16(emit(getNetwork(name, preset), size));
    assertEquals(elsewhere(await placeOnWebGpu(serialize(graph, {}))), []);
  });
}

await testIf("webgpu", "a node of a kind that the GPU lacks is seen", async () => {
  const placements = await placeOnWebGpu(
    madeUp([["Relu", inputName, "x"], ["Hardmax", "x", "y"], ["Sigmoid", "y", outputName]]),
  );
  assertEquals(elsewhere(placements), ["CPUExecutionProvider: Hardmax (node 2)"]);
});

await testIf("webgpu", "arithmetic on shapes is seen", async () => {
  const placements = await placeOnWebGpu(
    madeUp([
      ...[["Relu", inputName, "x"], ["Shape", "x", "sizes"]],
      ...[["Mul", "sizes", "ones", "same"], ["Expand", "x", "same", "y"]],
      ["Sigmoid", "y", outputName],
    ]),
  );
  assertEquals(elsewhere(placements), ["CPUExecutionProvider: Mul (node 3)"]);
});

/** What does not run on the GPU. A provider that has the whole graph lists no nodes, only their number. */
function elsewhere(placements: readonly Placement[]): string[] {
  return placements.filter(({ provider }) => provider !== "WebGpuExecutionProvider")
    .flatMap(({ provider, count, nodes }) =>
      (nodes.length > 0 ? nodes : [`all ${count} nodes`]).map((node) => `${provider}: ${node}`)
    );
}

/** The graph of a package. Its weights are not 0: ONNX Runtime leaves out what adds nothing. */
function emit(network: Network, size: ImageSize): Graph {
  const weights = fillWeights(plan(network, size).weights, 0.01);
  return foldBatchNorms(toGraph(network, weights, size));
}

/** A graph of nodes, each an operation, the names of its inputs and that of its output; `ones` is int64 `[1,1,1,1]`. */
function madeUp(rows: readonly (readonly string[])[]): Uint8Array {
  const ones: Initializer = { shape: [4], data: new BigInt64Array(4).fill(1n) };
  const shape = ["N", 3, 8, 8];
  return serialize({
    name: "made_up",
    inputs: [{ name: inputName, shape }],
    outputs: [{ name: outputName, shape }],
    nodes: rows.map(([op = "", ...values], i) => ({
      name: `node ${i + 1}`,
      op,
      inputs: values.slice(0, -1),
      outputs: values.slice(-1),
      attributes: {},
    })),
    initializers: new Map([["ones", ones]]),
  }, {});
}
