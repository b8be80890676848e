import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { encodeJpeg } from "../../../models/encode.ts";
import { ProviderError, type ProviderName } from "../../../runtime/engine/provider.ts";
import { LaneError } from "../../../runtime/engine/worker_channel.ts";
import { type Frame, FrameError } from "../../../runtime/frame.ts";
import { spotImage } from "../../helpers/frames.ts";
import type { Segmentation } from "../../../runtime/reply.ts";
import { testIf } from "../../helpers/require.ts";
import { TINY_WIDTH, tinyInput, tinyScore, tinyScores } from "../../helpers/tiny_model.ts";
import { MAP_PARITY, WEBGPU_MAP_PARITY } from "../../tolerances.ts";
import { defective, frameOf, openTiny } from "../../helpers/tiny_lane.ts";

async function answersFrames(provider: ProviderName, tolerance: number): Promise<void> {
  await using opened = await openTiny(provider);
  const { lane } = opened;
  assert(lane.golden.maxDelta <= tolerance && lane.alive && !lane.busy);
  assertEquals([lane.provider, lane.variant, lane.card.name], [provider, "fp32", "tiny"]);
  assertEquals(lane.capacity, lane.info.shaders ? 2 : 1);

  const { regions, mask, verdict } = await lane.segment(defective());
  assertEquals(verdict, "defect");
  assertEquals(regions.map(({ x, y, width, height, area }) => [x, y, width, height, area]), [
    [1, 1, 3, 1, 3],
  ]);
  assertEquals(mask.bits, Uint8Array.of(0, 0b01110000, 0, 0));

  const { map } = await lane.segment(frameOf((i) => i * 8), { map: true });
  map!.forEach((byte, i) => {
    const score = tinyScore(
      ...[i, i, i].map((index) => index * 8 / 255) as [number, number, number],
    );
    assert(Math.abs(byte / 255 - score) <= 0.5 / 255 + tolerance);
  });
}

for (const provider of ["cpu", "wasm"] as const) {
  Deno.test(`openWorkerLane() on ${provider} answers frames`, () =>
    answersFrames(provider, MAP_PARITY));
}
await testIf(
  "webgpu",
  "openWorkerLane() on webgpu answers frames",
  () => answersFrames("webgpu", WEBGPU_MAP_PARITY),
);

Deno.test("segment() refuses a bad frame with its code and answers the next", async () => {
  await using opened = await openTiny("cpu");
  const { lane } = opened;
  const bad: [Frame, string][] = [
    [{ format: "encoded", bytes: new Uint8Array(0) }, "empty"],
    [{ format: "encoded", bytes: new Uint8Array(64) }, "unsupported-format"],
    [{ format: "gray8", width: 3, height: 3, bytes: new Uint8Array(8) }, "size-mismatch"],
  ];
  for (const [frame, code] of bad) {
    assertEquals((await assertRejects(() => lane.segment(frame), FrameError)).code, code);
  }
  assertEquals((await lane.segment(defective())).verdict, "defect");
});

Deno.test("segment() moves the frame's bytes and answers in order, busy meanwhile", async () => {
  await using opened = await openTiny("cpu");
  const { lane } = opened;
  const frames = [defective(), frameOf(() => 0), defective()];
  const answers = frames.map((frame) => lane.segment(frame));
  assertEquals(frames.map(({ bytes }) => bytes.length), [0, 0, 0]);
  assert(lane.busy);
  const verdicts = (await Promise.all(answers)).map(({ verdict }) => verdict);
  assertEquals(verdicts, ["defect", "ok", "defect"]);
  assert(!lane.busy);
});

Deno.test("a disposed lane refuses frames; disposing twice does nothing", async () => {
  const opened = await openTiny("cpu");
  await opened[Symbol.asyncDispose]();
  await opened.lane[Symbol.asyncDispose]();
  assert(!opened.lane.alive);
  const error = await assertRejects(() => opened.lane.segment(defective()), LaneError);
  assertEquals(error.code, "closed");
});

Deno.test("a lane that is being disposed finishes what waits and refuses more", async () => {
  const opened = await openTiny("cpu");
  const { lane } = opened;
  const waiting = lane.segment(defective());
  const closing = lane[Symbol.asyncDispose]();
  assert(!lane.alive);
  const error = await assertRejects(() => lane.segment(defective()), LaneError);
  assertEquals(error.code, "closed");
  assertEquals((await waiting).verdict, "defect");
  await closing;
  await opened[Symbol.asyncDispose]();
});

Deno.test("measure() returns a time in ms", async () => {
  await using opened = await openTiny("cpu");
  const median = await opened.lane.measure(3);
  assert(median > 0 && median < 1000);
});

async function answersBatch(provider: ProviderName): Promise<void> {
  await using opened = await openTiny(provider);
  const frames = [defective(), { ...defective(), width: 3 }, frameOf(() => 0)];
  const sizes = frames.map(({ bytes }) => bytes.buffer.byteLength);
  const back: number[] = [];
  const returned = ({ byteLength }: ArrayBuffer) => void back.push(byteLength);
  const jobs = frames.map((frame) => ({ frame, want: {}, returned }));
  const [first, broken, last] = await opened.lane.run(jobs) as [Segmentation, Error, Segmentation];
  assertEquals([frames.map(({ bytes }) => bytes.length), back], [[0, 0, 0], sizes]);
  assertEquals([first.verdict, last.verdict], ["defect", "ok"]);
  assert(broken instanceof FrameError && broken.code === "size-mismatch");
  if (provider === "cpu") assertEquals(first.times.runMs, last.times.runMs);
}

Deno.test(
  "run() answers a batch, and a frame that cannot be read fails alone",
  () => answersBatch("cpu"),
);
await testIf(
  "webgpu",
  "run() on webgpu answers a batch, and a frame that cannot be read fails alone",
  () => answersBatch("webgpu"),
);

Deno.test("a lane tells when it has ended", async () => {
  const opened = await openTiny("cpu");
  await opened[Symbol.asyncDispose]();
  assertEquals((await opened.lane.ended).code, "closed");
});

async function changesLevels(provider: ProviderName): Promise<void> {
  await using opened = await openTiny(provider);
  const { lane } = opened;
  const before = [1, 2, 3].map(() => lane.segment(defective()));
  const changed = lane.setLevels({ threshold: 0.25, minRegionScore: 1 });
  const after = [1, 2, 3].map(() => lane.segment(defective()));
  await changed;
  for (const { threshold, minRegionScore, verdict } of await Promise.all(before)) {
    assertEquals([threshold, minRegionScore, verdict], [0.5, 0, "defect"]);
  }
  for (const { threshold, minRegionScore, verdict } of await Promise.all(after)) {
    assertEquals([threshold, minRegionScore, verdict], [0.25, 1, "ok"]);
  }
  assertEquals(lane.card.threshold, 0.5);
}

Deno.test(
  "setLevels() changes threshold and minRegionScore for the frames that come after",
  () => changesLevels("cpu"),
);
await testIf(
  "webgpu",
  "setLevels() on webgpu changes them for the frames that come after, which overtake nothing",
  () => changesLevels("webgpu"),
);

await testIf(
  "sharp",
  "lanes decode side by side with the fast decoder, and anew after others have closed",
  async () => {
    const jpeg = new Uint8Array(await encodeJpeg(spotImage(64, 32), 90));
    for (let round = 0; round < 2; round++) {
      await using first = await openTiny("cpu");
      await using second = await openTiny("cpu");
      const lanes = [first.lane, second.lane];
      assertEquals(lanes.map(({ decoder }) => decoder), ["sharp", "sharp"]);
      const answers = await Promise.all(
        [0, 1, 2, 3].flatMap(() =>
          lanes.map((lane) => lane.segment({ format: "encoded", bytes: jpeg.slice() }))
        ),
      );
      // Decoded at a smaller size, answered in the frame's own.
      for (const { frame, mask } of answers) {
        assertEquals([frame, mask.width], [{ width: 64, height: 32 }, TINY_WIDTH]);
      }
    }
  },
);

await testIf(
  "webgpu",
  "segment() on webgpu has several frames at work and answers each",
  async () => {
    await using opened = await openTiny("webgpu");
    const { lane } = opened;
    assert(lane.info.shaders !== undefined && lane.notes.length === 0);
    const frames = [0, 1, 2, 3, 4].map((i) => i % 2 === 0 ? defective() : frameOf(() => 0));
    const bad = assertRejects(
      () => lane.segment({ format: "encoded", bytes: new Uint8Array(3) }),
      FrameError,
    );
    const answers = await Promise.all(frames.map((frame) => lane.segment(frame)));
    assertEquals(answers.map(({ verdict }) => verdict), ["defect", "ok", "defect", "ok", "defect"]);
    await bad;
    const waiting = lane.segment(defective());
    const closing = lane[Symbol.asyncDispose]();
    assertEquals((await waiting).verdict, "defect");
    await closing;
  },
);

Deno.test("infer() runs the network on a ready batch, and moves the input", async () => {
  await using opened = await openTiny("cpu");
  const tensor = Float32Array.from(tinyInput(2));
  const expected = tinyScores(tensor, 2);
  const { map, runMs } = await opened.lane.infer({ tensor, batch: 2 });
  assertEquals([map.length, tensor.length], [expected.length, 0]);
  assert(runMs > 0);
  map.forEach((score, at) => assertAlmostEquals(score, expected[at]!, MAP_PARITY));
  const wrong = { tensor: new Float32Array(5), batch: 1 };
  const error = await assertRejects(() => opened.lane.infer(wrong), ProviderError);
  assertEquals(error.code, "run");
  assert(opened.lane.alive);
});
