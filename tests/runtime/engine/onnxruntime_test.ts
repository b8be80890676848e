import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { createSession } from "../../../runtime/engine/onnxruntime.ts";
import { ProviderError, type ProviderName } from "../../../runtime/engine/provider.ts";
import { testIf } from "../../helpers/require.ts";
import { tinyGraph, tinyInput, tinyPackage, tinyScores } from "../../helpers/tiny_model.ts";
import { MAP_PARITY, WEBGPU_MAP_PARITY } from "../../tolerances.ts";

await using tiny = await tinyPackage();
const { card } = tiny;

const open = (provider: ProviderName, graph: Uint8Array = tinyGraph()) =>
  createSession(graph, { package: "tiny 1.0.0", card, variant: "fp32", provider, threads: 1 });

async function computesTinyScores(provider: ProviderName, tolerance: number): Promise<void> {
  await using session = await open(provider);
  for (const batch of [1, 2]) {
    const input = tinyInput(batch);
    const scores = await session.run(input, batch);
    assert(maxAbsDifference(scores, tinyScores(input, batch)) <= tolerance);
  }
  const { onnxruntime, ...info } = session.info;
  assertEquals(info, { package: "tiny 1.0.0", provider, variant: "fp32", threads: 1 });
  assertMatch(onnxruntime, /^\d+\.\d+\.\d+/);
}

for (const provider of ["cpu", "wasm"] as const) {
  Deno.test(`createSession() on ${provider} computes the graph, any batch`, () =>
    computesTinyScores(provider, MAP_PARITY));

  Deno.test(`createSession() on ${provider} refuses bytes that are no graph`, async () => {
    const error = await assertRejects(
      () => open(provider, tinyGraph().fill(255, 0, 40)),
      ProviderError,
      `Cannot load tiny 1.0.0 fp32 on ${provider}`,
    );
    assertEquals(error.code, "create");
  });
}

await testIf(
  "webgpu",
  "createSession() on webgpu computes the graph, any batch",
  () => computesTinyScores("webgpu", WEBGPU_MAP_PARITY),
);

await testIf("webgpu", "createSession() queues overlapping runs of two sessions", async () => {
  await using first = await open("webgpu");
  await using second = await open("webgpu");
  const input = tinyInput();
  const runs = [1, 2, 3].flatMap(() => [first.run(input, 1), second.run(input, 1)]);
  for (const scores of await Promise.all(runs)) {
    assert(maxAbsDifference(scores, tinyScores(input)) <= WEBGPU_MAP_PARITY);
  }
});

Deno.test("createSession() refuses a graph of other names", async () => {
  await assertRejects(
    () => open("cpu", tinyGraph({ input: "x", output: "anomaly_map" })),
    ProviderError,
    "the graph maps [x] to [anomaly_map], expected [image] to [anomaly_map]",
  );
  await assertRejects(() => open("cpu", tinyGraph({ input: "image", output: "y" })), ProviderError);
});

Deno.test("run() refuses an input of another size and goes on", async () => {
  await using session = await open("cpu");
  const error = await assertRejects(() => session.run(new Float32Array(5), 1), ProviderError);
  assertEquals(error.code, "run");
  assertEquals((await session.run(tinyInput(), 1)).length, 32);
});
