import { assertAlmostEquals, assertEquals } from "@std/assert";
import { answerOne } from "../helpers/answer_one.ts";
import { makeCard } from "../helpers/package.ts";
import type { Session } from "../../runtime/engine/provider.ts";
import { ProviderError } from "../../runtime/engine/provider.ts";
import { FrameError } from "../../runtime/frame.ts";
import { createPipeline } from "../../runtime/pipeline.ts";
import type { Segmentation } from "../../runtime/reply.ts";
import { FLOAT32_INPUT } from "../tolerances.ts";

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
  const { times, ...reply } = await answerOne(pipeline, frame());
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
    runMs: 7, // each stage group reads the clock anew: (4² − 3²)
    postprocessMs: 11,
    encodeMs: 13,
  });
  // Mean and std of the card are 0.5: (v / 255 − 0.5) / 0.5, planar; pixel 1 is (45, 60, 75).
  const input = session.inputs[0]!;
  assertEquals([1, 7, 13].map((i) => Math.round((input[i]! * 0.5 + 0.5) * 255)), [45, 60, 75]);
});

Deno.test("createPipeline() finds nothing where no region reaches the card's score", async () => {
  const strict = { ...card, minRegionScore: 0.8 };
  const reply = await answerOne(createPipeline(fakeSession(map), strict), frame());
  assertEquals([reply.verdict, reply.score, reply.regions], ["ok", 0.875, []]);
  assertEquals([reply.threshold, reply.minRegionScore], [0.5, 0.8]);
});

Deno.test("createPipeline() adds what is wanted", async () => {
  const pipeline = createPipeline(fakeSession(map), card);
  const plain = await answerOne(pipeline, frame());
  assertEquals(["map" in plain, "png" in plain], [false, false]);
  const { map: bytes, png } = await answerOne(pipeline, frame(), { map: true, png: "overlay" });
  assertEquals(bytes, Uint8Array.of(191, 0, 0, 128, 0, 223));
  assertEquals(png?.subarray(1, 4), new TextEncoder().encode("PNG"));
});

Deno.test("createPipeline() refuses frames above its limits and goes on", async () => {
  const session = fakeSession(map);
  const pipeline = createPipeline(session, card, { limits: { maxBytes: 100, maxPixels: 6 } });
  const large = { ...frame(), width: 7, height: 1, bytes: new Uint8Array(21) };
  const [refused] = await pipeline([{ frame: large, want: {} }]);
  assertEquals([(refused as FrameError).code, session.inputs.length], ["too-large", 0]);
  assertEquals((await answerOne(pipeline, frame())).verdict, "defect");
});

Deno.test("createPipeline() answers a batch by one run; a frame that cannot be used fails alone", async () => {
  const plain = Float32Array.of(0, 0, 0, 0, 0, 0.25);
  const session = fakeSession(Float32Array.of(...map, ...plain));
  const batches: number[] = [];
  const run = session.run;
  session.run = (input, batch) => {
    batches.push(batch);
    return run(input, batch);
  };
  const broken = { ...frame(), bytes: new Uint8Array(5) };
  const [first, refused, last] = await createPipeline(session, card)([
    { frame: frame(), want: {} },
    { frame: broken, want: {} },
    { frame: { ...frame(), bytes: frame().bytes.map((byte) => 255 - byte) }, want: { map: true } },
  ]);
  assertEquals((refused as FrameError).code, "size-mismatch");
  const [one, two] = [first, last] as [Segmentation, Segmentation];
  assertEquals([one.score, two.score], [0.875, 0.25]);
  assertEquals([one.verdict, two.verdict, two.map?.length], ["defect", "ok", 6]);
  assertEquals(batches, [2]);
  const input = session.inputs[0]!;
  assertEquals(input.length, 2 * 18);
  input.slice(0, 18).forEach((value, at) =>
    assertAlmostEquals(input[18 + at]!, -value, FLOAT32_INPUT)
  );
});

Deno.test("createPipeline() fails every frame of a run that fails, and goes on", async () => {
  const session = fakeSession(map);
  const run = session.run;
  session.run = () => Promise.reject(new ProviderError("run", "out of memory"));
  const pipeline = createPipeline(session, card);
  const jobs = [1, 2].map(() => ({ frame: frame(), want: {} }));
  const results = await pipeline(jobs);
  assertEquals(results.map((result) => (result as ProviderError).code), ["run", "run"]);
  session.run = run;
  assertEquals((await answerOne(pipeline, frame())).verdict, "defect");
});
