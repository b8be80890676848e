import { assertRejects } from "@std/assert";
import { ProviderError } from "../../../../runtime/engine/provider.ts";
import { createGpuPipeline, type GpuPipeline } from "../../../../runtime/engine/webgpu/pipeline.ts";
import { checkShaders } from "../../../../runtime/engine/webgpu/self_check.ts";
import { createGpuSession } from "../../../../runtime/engine/webgpu/session.ts";
import type { Segmentation } from "../../../../runtime/reply.ts";
import { testIf } from "../../../helpers/require.ts";
import { tinyGraph, tinyPackage } from "../../../helpers/tiny_model.ts";

await testIf("webgpu", "checkShaders() passes what is right and names what is wrong", async () => {
  await using tiny = await tinyPackage();
  const { card } = tiny;
  await using session = await createGpuSession(tinyGraph(), {
    ...{ package: "tiny", card, variant: "fp32" },
  });
  using pipeline = await createGpuPipeline(session, card);
  await checkShaders(session, card, pipeline);

  /** The pipeline with one thing wrong in its answers. */
  const spoilt = (change: (answer: Segmentation) => Partial<Segmentation>): GpuPipeline => ({
    ...pipeline,
    async describe(frame) {
      const answer = await pipeline.describe(frame);
      return { ...answer, ...change(answer) };
    },
  });
  const cases: [string, GpuPipeline][] = [
    ["score", spoilt(({ score }) => ({ score: score - 1e-6 }))],
    ["verdict", spoilt(({ verdict }) => ({ verdict: verdict === "ok" ? "defect" : "ok" }))],
    ["regions", spoilt(({ regions }) => ({ regions: regions.slice(1) }))],
    [
      "mask",
      spoilt(({ mask }) => ({ mask: { ...mask, bits: mask.bits.map((byte) => byte ^ 1) } })),
    ],
    ["map at 0", spoilt(({ map }) => ({ map: map!.map((level) => level ^ 2) }))],
    ["input", {
      ...pipeline,
      fill: (pixels) => pipeline.fill({ ...pixels, bytes: pixels.bytes.map((v) => v ^ 4) }),
    }],
  ];
  for (const [what, wrong] of cases) {
    await assertRejects(() => checkShaders(session, card, wrong), ProviderError, what);
  }
});
