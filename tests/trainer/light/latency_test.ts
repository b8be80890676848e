import { assertEquals } from "@std/assert";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { measureLatency } from "../../../trainer/light/latency.ts";
import { toFloat16 } from "../../../trainer/onnx/to_float16.ts";
import { testIf } from "../../helpers/require.ts";
import { randomPreset } from "../random_graph.ts";

Deno.test("measureLatency() gives a time for each graph, on either build of ONNX Runtime", async () => {
  const size = { height: 16, width: 32 };
  const graph = serialize(await randomPreset("unet", "tiny", size), {});
  for (const provider of ["cpu", "wasm"] as const) {
    const times = await measureLatency([graph, graph], size, { provider, threads: 1, runs: 3 });
    assertEquals(times.map((time) => time > 0 && time < 10_000), [true, true], provider);
  }
});

await testIf("webgpu", "measureLatency() gives a time on WebGPU, of half floats too", async () => {
  const size = { height: 16, width: 32 };
  const graph = await randomPreset("unet", "tiny", size);
  const graphs = [graph, toFloat16(graph, { islands: new Set() })].map((form) =>
    serialize(form, {})
  );
  const times = await measureLatency(graphs, size, { provider: "webgpu", threads: 1, runs: 1 });
  assertEquals(times.map((time) => time > 0), [true, true]);
});
