import { assert, assertEquals, assertLessOrEqual, assertRejects } from "@std/assert";
import { type InputSpec, toInput } from "../../../../models/input.ts";
import { createRandom } from "../../../../models/random.ts";
import { type Pixels, toImage } from "../../../../runtime/decode_frame.ts";
import {
  createFrameInput,
  type FrameInput,
} from "../../../../runtime/engine/webgpu/frame_input.ts";
import { readBuffer } from "../../../../runtime/engine/webgpu/readback.ts";
import { bufferOf, countCrossings, withDevice } from "../../../helpers/gpu.ts";
import { testIf } from "../../../helpers/require.ts";
import { GPU_OTHER_LEVELS, GPU_RESIZE_GREY_LEVELS } from "../../../tolerances.ts";

const spec: InputSpec = {
  ...{ width: 40, height: 24 },
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};
const CHANNELS = { rgb8: 3, rgba8: 4, gray8: 1 };

function noise(format: Pixels["format"], width: number, height: number): Pixels {
  const random = createRandom(`${format} ${width} ${height}`);
  const length = width * height * CHANNELS[format];
  return { format, width, height, bytes: Uint8Array.from({ length }, () => random.int(256)) };
}

/** Values in grey levels apart, at most, and the share of those that are apart at all. */
async function differenceOf(device: GPUDevice, buffer: GPUBuffer, pixels: Pixels) {
  const expected = toInput(toImage(pixels), spec);
  const got = new Float32Array(await readBuffer(device, buffer, 4 * expected.length, "awaited"));
  const plane = spec.width * spec.height;
  const levels = got.map((value, i) =>
    Math.abs(value - expected[i]!) * 255 * spec.std[Math.floor(i / plane)]!
  );
  return {
    worst: levels.reduce((a, b) => Math.max(a, b), 0),
    share: levels.filter((level) => level > 0).length / levels.length,
  };
}

async function withInput(
  body: (input: FrameInput, buffer: GPUBuffer, device: GPUDevice) => Promise<void>,
): Promise<void> {
  await withDevice(async (device) => {
    const buffer = bufferOf(device, 4 * 3 * spec.width * spec.height);
    using input = await createFrameInput(device, spec, buffer);
    await body(input, buffer, device);
  });
}

await testIf(
  "webgpu",
  "createFrameInput() takes frames of the network's size exactly",
  () =>
    withInput(async (input, buffer, device) => {
      for (const format of ["rgb8", "rgba8", "gray8"] as const) {
        const pixels = noise(format, spec.width, spec.height);
        await input.write(pixels);
        assertEquals((await differenceOf(device, buffer, pixels)).worst, 0, format);
      }
    }),
);

await testIf(
  "webgpu",
  "createFrameInput() resizes as the CPU does, but for a rare grey level",
  () =>
    withInput(async (input, buffer, device) => {
      // Larger, smaller, odd, one pixel wide, only one axis.
      const sizes = [[333, 217], [17, 11], [41, 24], [1, 300], [40, 7], [1000, 3]] as const;
      for (const format of ["rgb8", "rgba8", "gray8"] as const) {
        for (const [width, height] of sizes) {
          const pixels = noise(format, width, height);
          await input.write(pixels);
          const { worst, share } = await differenceOf(device, buffer, pixels);
          assertLessOrEqual(worst, GPU_RESIZE_GREY_LEVELS, `${format} ${width}×${height}`);
          assertLessOrEqual(share, GPU_OTHER_LEVELS, `${format} ${width}×${height}`);
        }
      }
    }),
);

await testIf(
  "webgpu",
  "createFrameInput() uploads each frame's bytes once, and nothing else",
  () =>
    withInput(async (input, _buffer, device) => {
      using crossings = countCrossings(device);
      // 7 × 5 × 3 bytes are not whole words.
      for (const [width, height] of [[7, 5], [7, 5], [64, 64], [7, 5]] as const) {
        await input.write(noise("rgb8", width, height));
      }
      assertEquals(crossings.uploads, [108, 108, 12288, 108]);
      assertEquals([crossings.copies, crossings.readbacks], [[], []]);
    }),
);

await testIf(
  "webgpu",
  "createFrameInput() keeps right through many kinds of frames",
  () =>
    withInput(async (input, buffer, device) => {
      for (let round = 0; round < 2; round++) {
        for (let kind = 0; kind < 7; kind++) {
          const pixels = noise("gray8", 30 + 10 * kind, 20 + kind);
          await input.write(pixels);
          assertLessOrEqual(
            (await differenceOf(device, buffer, pixels)).share,
            GPU_OTHER_LEVELS,
          );
        }
      }
    }),
);

await testIf(
  "webgpu",
  "createFrameInput() says what does not fit and goes on",
  () =>
    withInput(async (input, buffer, device) => {
      const tall = { format: "gray8", width: 1, height: 2 ** 20 } as const;
      assert(!input.fits(tall) && input.fits({ ...tall, height: 70_000 }));
      await assertRejects(
        () => input.write({ ...tall, bytes: new Uint8Array(2 ** 20) }),
        RangeError,
      );
      // More rows than a dispatch has workgroups.
      const pixels = noise("gray8", 1, 70_000);
      await input.write(pixels);
      assertLessOrEqual((await differenceOf(device, buffer, pixels)).worst, GPU_RESIZE_GREY_LEVELS);
    }),
);
