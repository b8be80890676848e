import { assert, assertEquals, assertRejects } from "@std/assert";
import { openPackage } from "../../../models/package.ts";
import { type LanePathOptions, openLanePath } from "../../../runtime/engine/lane_path.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { FrameError } from "../../../runtime/frame.ts";
import type { Segmentation } from "../../../runtime/reply.ts";
import { answerOne } from "../../helpers/answer_one.ts";
import { testIf } from "../../helpers/require.ts";
import {
  TINY_HEIGHT,
  TINY_WIDTH,
  tinyGraph,
  type TinyOptions,
  tinyPackage,
} from "../../helpers/tiny_model.ts";

async function openTiny(
  options: Pick<LanePathOptions, "provider" | "shaders">,
  openShaders?: Parameters<typeof openLanePath>[3],
  tinyOptions: TinyOptions = {},
) {
  await using tiny = await tinyPackage(tinyOptions);
  const golden = await (await openPackage(tiny.dir)).golden();
  const common = { package: "tiny 1.0.0", card: tiny.card, variant: "fp32", threads: 1 } as const;
  return await openLanePath(tinyGraph(), { ...common, ...options }, golden, openShaders);
}

const frame = () => ({
  ...{ format: "rgb8" as const, width: TINY_WIDTH, height: TINY_HEIGHT },
  bytes: new Uint8Array(3 * TINY_WIDTH * TINY_HEIGHT).fill(255),
});

await testIf("webgpu", "openLanePath() goes by shaders on webgpu, unless told not to", async () => {
  for (const shaders of [true, false]) {
    await using path = await openTiny({ provider: "webgpu", shaders });
    assertEquals([path.overlaps, path.info.shaders !== undefined], [shaders, shaders]);
    assertEquals([(await answerOne(path.pipeline, frame())).verdict, path.notes], ["defect", []]);
  }
});

/** Either way of webgpu, and the CPU's. */
for (const [provider, shaders] of [["webgpu", true], ["webgpu", false], ["cpu", true]] as const) {
  await testIf(
    provider === "webgpu" ? provider : [],
    `a path on ${provider}${shaders ? "" : " without shaders"} takes batches and other levels`,
    async () => {
      await using path = await openTiny({ provider, shaders });
      const broken = { ...frame(), width: 3 };
      const batch = [frame(), broken, { ...frame(), bytes: frame().bytes.fill(0) }];
      const jobs = batch.map((frame) => ({ frame, want: {} }));
      const [first, refused, last] = await path.pipeline(jobs);
      assertEquals([first, last].map((result) => (result as Segmentation).verdict), [
        ...["defect", "ok"],
      ]);
      assert(refused instanceof FrameError && refused.code === "size-mismatch");
      path.setLevels({ threshold: 0.25, minRegionScore: 1 });
      const { threshold, minRegionScore, verdict } = await answerOne(path.pipeline, frame());
      assertEquals([threshold, minRegionScore, verdict], [0.25, 1, "ok"]);
    },
  );
}

await testIf(
  "webgpu",
  "openLanePath() goes without shaders where they fail, and says so",
  async () => {
    const failing = () => Promise.reject(new ProviderError("golden", "shaders differ"));
    await using path = await openTiny({ provider: "webgpu", shaders: true }, failing);
    assertEquals(path.notes, ["webgpu without shaders: shaders differ"]);
    assertEquals([path.overlaps, path.info.shaders], [false, undefined]);
    assertEquals((await answerOne(path.pipeline, frame())).verdict, "defect");
  },
);

Deno.test("openLanePath() leaves other providers to the CPU's pipeline", async () => {
  const never = () => Promise.reject(new Error("asked for shaders"));
  await using path = await openTiny({ provider: "cpu", shaders: true }, never);
  assert(!path.overlaps && path.info.provider === "cpu");
  assertEquals((await answerOne(path.pipeline, frame())).verdict, "defect");
});

Deno.test("openLanePath() refuses a golden output that is off", async () => {
  const open = () => openTiny({ provider: "cpu", shaders: true }, undefined, { goldenShift: 0.1 });
  assertEquals((await assertRejects(open, ProviderError)).code, "golden");
});
