import { assert, assertEquals, assertRejects } from "@std/assert";
import { encodePng } from "../../../../models/encode.ts";
import { createSession } from "../../../../runtime/engine/onnxruntime.ts";
import { createGpuPipeline, type GpuPipeline } from "../../../../runtime/engine/webgpu/pipeline.ts";
import { createGpuSession, type GpuSession } from "../../../../runtime/engine/webgpu/session.ts";
import { ProviderError } from "../../../../runtime/engine/provider.ts";
import { type Frame, FrameError } from "../../../../runtime/frame.ts";
import { createPipeline, type Pipeline } from "../../../../runtime/pipeline.ts";
import { answerOne } from "../../../helpers/answer_one.ts";
import { spotImage } from "../../../helpers/frames.ts";
import { countCrossings } from "../../../helpers/gpu.ts";
import { replaced } from "../../../helpers/replaced.ts";
import { testIf } from "../../../helpers/require.ts";
import { tinyGraph, tinyPackage } from "../../../helpers/tiny_model.ts";

await using tiny = await tinyPackage();
const { card } = tiny;
const options = { package: "tiny", card, variant: "fp32" } as const;

async function withPaths(
  body: (paths: { gpu: GpuPipeline; cpu: Pipeline; session: GpuSession }) => Promise<void>,
): Promise<void> {
  await using session = await createGpuSession(tinyGraph(), options);
  await using plain = await createSession(tinyGraph(), { ...options, provider: "cpu", threads: 1 });
  using gpu = await createGpuPipeline(session, card);
  await body({ gpu, cpu: createPipeline(plain, card), session });
}

/** A spot in a picture, from far left to far right. */
function frameAt(place: number, width = 40, height = 20): Frame {
  const { data } = spotImage(width, height);
  const shift = Math.round(place * width) * 3;
  return { format: "rgb8", width, height, bytes: data.map((_, i) => data.at(i - shift)!) };
}

await testIf(
  "webgpu",
  "createGpuPipeline() uploads a frame's bytes and reads a reply's, once each",
  () =>
    withPaths(async ({ gpu, session }) => {
      await gpu.answer(frameAt(0));
      using crossings = countCrossings(session.device);
      for (const place of [0.1, 0.2, 0.3]) await gpu.answer(frameAt(place));
      await Promise.all([0.4, 0.5, 0.6].map((place) => gpu.answer(frameAt(place))));
      const [frameBytes, replyBytes] = [40 * 20 * 3, 256 + 4 * 4 + 4 * 4 * 4];
      // ONNX Runtime itself sends numbers of its shaders, of 96 bytes at most; an input would be 384.
      const uploads = crossings.uploads.filter((bytes) => bytes > 96);
      assertEquals(uploads, new Array(6).fill(frameBytes));
      assertEquals(crossings.readbacks, new Array(6).fill(replyBytes));
      assertEquals(crossings.copies, new Array(6).fill(replyBytes));
    }),
);

await testIf(
  "webgpu",
  "createGpuPipeline() answers as the CPU does",
  () =>
    withPaths(async ({ gpu, cpu }) => {
      const png = await encodePng(spotImage(64, 32));
      const frames = (): Frame[] => [
        frameAt(0),
        frameAt(0.25, 8, 4),
        { format: "encoded", bytes: png.slice() },
        { format: "gray8", width: 5, height: 9, bytes: new Uint8Array(45).fill(180) },
        // Wider than a storage buffer of columns may be: resized on the CPU.
        { format: "gray8", width: 1, height: 2_000_000, bytes: new Uint8Array(2e6).fill(99) },
      ];
      const others = frames();
      for (const [i, frame] of frames().entries()) {
        for (const want of [{}, { map: true }] as const) {
          const copy = { ...frame, bytes: frame.bytes.slice() };
          const { times, score, map, regions, ...got } = await gpu.answer(copy, want);
          const expected = await answerOne(
            cpu,
            { ...others[i]!, bytes: others[i]!.bytes.slice() },
            want,
          );
          assertEquals(got, { ...got, verdict: expected.verdict, frame: expected.frame });
          assertEquals(got.mask, expected.mask);
          assert(Math.abs(score - expected.score) < 1e-3);
          assertEquals(
            regions.map(({ x, area }) => [x, area]),
            expected.regions.map(({ x, area }) => [x, area]),
          );
          assertEquals(map?.length, expected.map?.length);
          assert(map?.every((level, at) => Math.abs(level - expected.map![at]!) <= 1) ?? true);
          assert(Object.values(times).every((ms) => ms >= 0));
        }
      }
    }),
);

await testIf(
  "webgpu",
  "createGpuPipeline() draws pictures in the frame's size",
  () =>
    withPaths(async ({ gpu, cpu }) => {
      for (const png of ["overlay", "mask", "heatmap"] as const) {
        const got = await gpu.answer(frameAt(0), { png });
        assertEquals(got.png!.subarray(1, 4), new TextEncoder().encode("PNG"));
        assertEquals("map" in got, false);
        if (png !== "heatmap") {
          assertEquals(got.png, (await answerOne(cpu, frameAt(0), { png })).png);
        }
      }
    }),
);

await testIf(
  "webgpu",
  "createGpuPipeline() takes many frames at a time and gives each its own answer",
  () =>
    withPaths(async ({ gpu, cpu }) => {
      const places = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
      const bad: Frame = { format: "encoded", bytes: new Uint8Array(9) };
      const refused = assertRejects(() => gpu.answer(bad), FrameError);
      const answers = await Promise.all(places.map((place) => gpu.answer(frameAt(place))));
      for (const [i, place] of places.entries()) {
        assertEquals(
          answers[i]!.mask,
          (await answerOne(cpu, frameAt(place))).mask,
          `place ${place}`,
        );
      }
      assertEquals((await refused).code, "unsupported-format");
      assert(new Set(answers.map(({ mask }) => mask.bits.join())).size > 4);
    }),
);

await testIf(
  "webgpu",
  "setLevels() holds a map against other levels, as on the CPU",
  () =>
    withPaths(async ({ gpu, session: { info } }) => {
      await using plain = await createSession(tinyGraph(), {
        ...{ ...options, provider: "cpu", threads: info.threads },
      });
      for (
        const levels of [
          { threshold: 0.25, minRegionScore: 0 },
          { threshold: 0.9, minRegionScore: 0 },
          { threshold: 0.5, minRegionScore: 1 },
        ]
      ) {
        gpu.setLevels(levels);
        const got = await gpu.answer(frameAt(0));
        const expected = await answerOne(
          createPipeline(plain, { ...card, ...levels }),
          frameAt(0),
        );
        assertEquals(
          [got.threshold, got.minRegionScore, got.verdict, got.mask],
          [levels.threshold, levels.minRegionScore, expected.verdict, expected.mask],
        );
      }
    }),
);

await testIf(
  "webgpu",
  "createGpuPipeline() judges no map with a score that is no finite number, and the next",
  () =>
    withPaths(async ({ gpu, session }) => {
      const { width, height } = card.input;
      for (const none of [NaN, Infinity, -Infinity]) {
        const map = new Float32Array(width * height).with(9, none);
        session.device.queue.writeBuffer(session.output, 0, map);
        const error = await assertRejects(
          () => gpu.describe({ width, height }),
          ProviderError,
          "Cannot judge the network's map",
        );
        assertEquals(error.code, "run");
      }
      assertEquals((await gpu.answer(frameAt(0))).verdict, "defect");
    }),
);

await testIf(
  "webgpu",
  "createGpuPipeline() says that the run failed when its answer cannot be read, and goes on",
  () =>
    withPaths(async ({ gpu, session }) => {
      const buffer = Object.getPrototypeOf(session.input) as GPUBuffer;
      {
        const failing = () => Promise.reject(new DOMException("no memory", "OperationError"));
        using _ = replaced(buffer, "mapAsync", failing);
        const error = await assertRejects(() => gpu.answer(frameAt(0)), ProviderError, "no memory");
        assertEquals(error.code, "run");
      }
      assertEquals((await gpu.answer(frameAt(0))).verdict, "defect");
    }),
);
