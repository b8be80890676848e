import { assertEquals, assertRejects } from "@std/assert";
import { makeCard } from "../helpers/package.ts";
import type { Session } from "../../runtime/engine/provider.ts";
import { FrameError } from "../../runtime/frame.ts";
import { createPipeline } from "../../runtime/pipeline.ts";

const card = {
  ...makeCard(),
  input: { ...makeCard().input, width: 3, height: 2 },
  threshold: 0.5,
  minRegionPixels: 2,
};

/** A session that remembers its inputs and answers with the same map. */
function fakeSession(map: Float32Array): Session & { readonly inputs: number[][] } {
  const inputs: number[][] = [];
  return {
    inputs,
    info: { package: "fake 1.0.0", provider: "cpu", variant: "fp32", threads: 1, onnxruntime: "0" },
    run(input) {
      inputs.push([...input]);
      return Promise.resolve(map);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const map = Float32Array.of(0.75, 0, 0, 0.5, 0, 0.875);
const frame = () => ({
  format: "rgb8" as const,
  width: 3,
  height: 2,
  bytes: Uint8Array.from({ length: 18 }, (_, i) => i * 15),
});

Deno.test("createPipeline() takes a frame through all stages", async () => {
  const session = fakeSession(map);
  let ticks = 0;
  const pipeline = createPipeline(session, card, { clock: () => ticks++ ** 2 });
  const { times, ...reply } = await pipeline(frame());
  assertEquals(reply, {
    frame: { width: 3, height: 2 },
    verdict: "defect",
    score: 0.875,
    threshold: 0.5,
    minRegionScore: 0,
    regions: [{ x: 0, y: 0, width: 1, height: 2, area: 2, score: 0.75, centroid: [0.5, 1] }],
    mask: { width: 3, height: 2, bits: Uint8Array.of(0b10000000, 0b10000000) },
  });
  assertEquals(times, {
    decodeMs: 1,
    preprocessMs: 3,
    runMs: 5,
    postprocessMs: 7,
    encodeMs: 9,
  });
  // Mean and std of the card are 0.5: (v / 255 − 0.5) / 0.5, planar; pixel 1 is (45, 60, 75).
  const input = session.inputs[0]!;
  assertEquals([1, 7, 13].map((i) => Math.round((input[i]! * 0.5 + 0.5) * 255)), [45, 60, 75]);
});

Deno.test("createPipeline() finds nothing where no region reaches the card's score", async () => {
  const strict = { ...card, minRegionScore: 0.8 };
  const reply = await createPipeline(fakeSession(map), strict)(frame());
  assertEquals([reply.verdict, reply.score, reply.regions], ["ok", 0.875, []]);
  assertEquals([reply.threshold, reply.minRegionScore], [0.5, 0.8]);
});

Deno.test("createPipeline() adds what is wanted", async () => {
  const pipeline = createPipeline(fakeSession(map), card);
  const plain = await pipeline(frame());
  assertEquals(["map" in plain, "png" in plain], [false, false]);
  const { map: bytes, png } = await pipeline(frame(), { map: true, png: "overlay" });
  assertEquals(bytes, Uint8Array.of(191, 0, 0, 128, 0, 223));
  assertEquals(png?.subarray(1, 4), new TextEncoder().encode("PNG"));
});

Deno.test("createPipeline() refuses frames above its limits and goes on", async () => {
  const session = fakeSession(map);
  const pipeline = createPipeline(session, card, { limits: { maxBytes: 100, maxPixels: 6 } });
  const large = { ...frame(), width: 7, height: 1, bytes: new Uint8Array(21) };
  assertEquals((await assertRejects(() => pipeline(large), FrameError)).code, "too-large");
  assertEquals(session.inputs.length, 0);
  assertEquals((await pipeline(frame())).verdict, "defect");
});
