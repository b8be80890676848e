// A GPU device of a test's own, and a count of what crosses between CPU and GPU.

import { quietMesa } from "../../runtime/engine/adapter.ts";
import { replaced } from "./replaced.ts";

/** Runs `body` with a device; what WebGPU finds wrong without saying fails the test. */
export async function withDevice(body: (device: GPUDevice) => Promise<void>): Promise<void> {
  quietMesa();
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  const errors: string[] = [];
  device.addEventListener("uncapturederror", (event) => errors.push(event.error.message));
  try {
    await body(device);
    await device.queue.onSubmittedWorkDone();
  } finally {
    device.destroy();
  }
  if (errors.length > 0) throw new Error(errors.join("\n"));
}

/** A buffer for storage and copies, with these bytes. */
export function bufferOf(device: GPUDevice, data: Float32Array | number): GPUBuffer {
  const size = typeof data === "number" ? data : data.byteLength;
  const buffer = device.createBuffer({ size, usage: 0x80 | 0x8 | 0x4 });
  if (typeof data !== "number") {
    device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
  }
  return buffer;
}

/** What crossed since the counter was made. */
export interface Crossings extends Disposable {
  /** Bytes of each `queue.writeBuffer`. */
  readonly uploads: number[];
  /** Bytes of each `copyBufferToBuffer` into a buffer that can be mapped. */
  readonly copies: number[];
  /** Bytes of each `mapAsync`. */
  readonly readbacks: number[];
}

/** Counts on every device of this thread until disposed. */
export function countCrossings(device: GPUDevice): Crossings {
  const uploads: number[] = [], copies: number[] = [], readbacks: number[] = [];
  const queue = Object.getPrototypeOf(device.queue) as GPUQueue;
  const encoder = Object.getPrototypeOf(device.createCommandEncoder()) as GPUCommandEncoder;
  const probe = bufferOf(device, 4);
  const buffer = Object.getPrototypeOf(probe) as GPUBuffer;
  probe.destroy();
  const { writeBuffer } = queue;
  const copy = encoder.copyBufferToBuffer as (...args: unknown[]) => undefined;
  const map = buffer.mapAsync;
  const stack = new DisposableStack();
  stack.use(replaced(queue, "writeBuffer", function (this: GPUQueue, ...args: unknown[]) {
    uploads.push((args[2] as Uint8Array).byteLength);
    return Reflect.apply(writeBuffer, this, args);
  }));
  stack.use(replaced(
    encoder,
    "copyBufferToBuffer",
    function (this: unknown, ...args: unknown[]) {
      if (((args[2] as GPUBuffer).usage & 0x1) !== 0) copies.push(args[4] as number);
      return Reflect.apply(copy, this, args);
    } as GPUCommandEncoder["copyBufferToBuffer"],
  ));
  stack.use(replaced(buffer, "mapAsync", function (this: GPUBuffer, ...args) {
    readbacks.push(args[2] ?? this.size);
    return Reflect.apply(map, this, args);
  }));
  return { uploads, copies, readbacks, [Symbol.dispose]: () => stack.dispose() };
}
