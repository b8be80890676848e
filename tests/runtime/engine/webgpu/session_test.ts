import { assert, assertEquals, assertRejects } from "@std/assert";
import { maxAbsDifference } from "../../../../models/package.ts";
import { ProviderError } from "../../../../runtime/engine/provider.ts";
import { createGpuSession } from "../../../../runtime/engine/webgpu/session.ts";
import { testIf } from "../../../helpers/require.ts";
import { tinyGraph, tinyInput, tinyPackage, tinyScores } from "../../../helpers/tiny_model.ts";
import { WEBGPU_MAP_PARITY } from "../../../tolerances.ts";

await using tiny = await tinyPackage();
const options = { package: "tiny 1.0.0", card: tiny.card, variant: "fp32" } as const;

await testIf(
  "webgpu",
  "createGpuSession() computes every new input, in sessions side by side",
  async () => {
    await using first = await createGpuSession(tinyGraph(), options);
    await using second = await createGpuSession(tinyGraph(), options);
    assertEquals(first.info.shaders, { read: "immediate" });
    for (const session of [first, second, first]) {
      for (const shift of [0, 0.1, 0.2]) {
        const input = tinyInput().map((value) => value * (1 - shift));
        const scores = await session.run(input, 1);
        assert(maxAbsDifference(scores, tinyScores(input)) <= WEBGPU_MAP_PARITY, `shift ${shift}`);
      }
    }
    const error = await assertRejects(() => first.run(tinyInput(2), 2), ProviderError);
    assertEquals(error.code, "run");
  },
);

await testIf(
  "webgpu",
  "createGpuSession() refuses bytes that are no graph, and other names",
  async () => {
    const open = (graph: Uint8Array) => createGpuSession(graph, options);
    const spoilt = await assertRejects(() => open(tinyGraph().fill(255, 0, 40)), ProviderError);
    const named = tinyGraph({ input: "x", output: "anomaly_map" });
    const other = await assertRejects(() => open(named), ProviderError, "expected [image]");
    assertEquals([spoilt.code, other.code], ["create", "create"]);
  },
);
