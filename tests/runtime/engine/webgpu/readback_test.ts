import { assertEquals } from "@std/assert";
import {
  createReadBuffer,
  probeReadMode,
  readBuffer,
  readBytes,
} from "../../../../runtime/engine/webgpu/readback.ts";
import { bufferOf, withDevice } from "../../../helpers/gpu.ts";
import { replaced } from "../../../helpers/replaced.ts";
import { testIf } from "../../../helpers/require.ts";

for (const mode of ["immediate", "awaited"] as const) {
  await testIf(
    "webgpu",
    `readBytes() gets what was submitted before, ${mode}`,
    () =>
      withDevice(async (device) => {
        const target = await createReadBuffer(device, 16);
        for (const value of [1, 2, 3]) {
          const source = bufferOf(device, Float32Array.of(value, 0, 0, -value));
          const encoder = device.createCommandEncoder();
          encoder.copyBufferToBuffer(source, 0, target, 0, 16);
          device.queue.submit([encoder.finish()]);
          const got = new Float32Array(await readBytes(target, 8, mode));
          assertEquals([...got], [value, 0]);
        }
      }),
  );
}

await testIf(
  "webgpu",
  "readBytes() waits where the bytes are not there at once",
  () =>
    withDevice(async (device) => {
      const target = await createReadBuffer(device, 4);
      const buffer = Object.getPrototypeOf(target) as GPUBuffer;
      const { getMappedRange } = buffer;
      let calls = 0;
      using _ = replaced(buffer, "getMappedRange", function (this: GPUBuffer, ...args) {
        if (calls++ === 0) throw new DOMException("not mapped", "OperationError");
        return Reflect.apply(getMappedRange, this, args);
      });
      assertEquals((await readBytes(target, 4, "immediate")).byteLength, 4);
      assertEquals(calls, 2);
    }),
);

await testIf(
  "webgpu",
  "readBuffer() reads a buffer that cannot be mapped",
  () =>
    withDevice(async (device) => {
      const source = bufferOf(device, Float32Array.of(4, 5, 6));
      assertEquals([...new Float32Array(await readBuffer(device, source, 8, "awaited"))], [4, 5]);
    }),
);

await testIf(
  "webgpu",
  "probeReadMode() trusts only bytes that are right",
  () =>
    withDevice(async (device) => {
      assertEquals(await probeReadMode(device), "immediate");
      const stale = () => Promise.resolve(new ArrayBuffer(256));
      assertEquals(await probeReadMode(device, stale), "awaited");
      const throwing = () => Promise.reject(new DOMException("no", "OperationError"));
      assertEquals(await probeReadMode(device, throwing), "awaited");
    }),
);
