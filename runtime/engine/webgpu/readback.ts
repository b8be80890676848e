// How bytes come back from a GPU. Knows nothing of what they mean.

import { compileShader } from "./compile.ts";
import { BufferUsage, MAP_MODE_READ } from "./constants.ts";
import { WORKGROUP } from "./shaders.ts";

/**
 * - "immediate": the mapped bytes are taken right after `mapAsync`, which in Deno has waited for the GPU by then
 * - "awaited": they are taken when its promise resolves, in Deno 10 ms later
 */
export type ReadMode = "immediate" | "awaited";

/** A buffer to read through, mapped once before: only then is "immediate" allowed. Its owner destroys it. */
export async function createReadBuffer(device: GPUDevice, bytes: number): Promise<GPUBuffer> {
  const buffer = device.createBuffer({
    size: bytes,
    usage: BufferUsage.MAP_READ | BufferUsage.COPY_DST,
  });
  await buffer.mapAsync(MAP_MODE_READ);
  buffer.unmap();
  return buffer;
}

/** A copy of the first `bytes` of a buffer from {@linkcode createReadBuffer}, when the GPU has done all that was submitted. */
export async function readBytes(
  buffer: GPUBuffer,
  bytes: number,
  mode: ReadMode,
): Promise<ArrayBuffer> {
  const mapped = buffer.mapAsync(MAP_MODE_READ, 0, bytes);
  if (mode === "awaited") await mapped;
  const range = await rangeOf(buffer, bytes, mapped);
  const copy = range.slice(0);
  buffer.unmap();
  return copy;
}

/** The first `bytes` of a buffer that may be copied from, for checks: it takes a buffer of its own to read through. */
export async function readBuffer(
  device: GPUDevice,
  source: GPUBuffer,
  bytes: number,
  mode: ReadMode,
): Promise<ArrayBuffer> {
  const target = await createReadBuffer(device, bytes);
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, target, 0, bytes);
  device.queue.submit([encoder.finish()]);
  const copy = await readBytes(target, bytes, mode);
  target.destroy();
  return copy;
}

async function rangeOf(
  buffer: GPUBuffer,
  bytes: number,
  mapped: Promise<unknown>,
): Promise<ArrayBuffer> {
  try {
    const range = buffer.getMappedRange(0, bytes);
    mapped.catch(() => {}); // unmap() comes before it resolves
    return range;
  } catch {
    await mapped;
    return buffer.getMappedRange(0, bytes);
  }
}

const STEPS = 20_000;

/** Long enough that a GPU is still at it when the reader comes. */
const PROBE = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> numbers: array<u32>;
@compute @workgroup_size(${WORKGROUP})
fn probe(@builtin(local_invocation_index) i: u32) {
  var number = numbers[i];
  for (var step = 0u; step < ${STEPS}u; step++) { number = number * 1664525u + 1013904223u; }
  numbers[i] = number;
}`;

/**
 * Tries "immediate" on a pattern that the GPU has to compute first, three times, and falls back to "awaited" when it throws or
 * what it read is not the pattern.
 */
export async function probeReadMode(device: GPUDevice, read = readBytes): Promise<ReadMode> {
  const bytes = 4 * WORKGROUP;
  const usage = BufferUsage.STORAGE | BufferUsage.COPY_DST | BufferUsage.COPY_SRC;
  const numbers = device.createBuffer({ size: bytes, usage });
  const target = await createReadBuffer(device, bytes);
  const module = await compileShader(device, PROBE);
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute: { module } });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer: numbers } }],
  });
  try {
    for (const seed of [1, 2, 3]) {
      const pattern = Uint32Array.from({ length: WORKGROUP }, (_, i) => seed * 1000 + i);
      device.queue.writeBuffer(numbers, 0, pattern);
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(1);
      pass.end();
      encoder.copyBufferToBuffer(numbers, 0, target, 0, bytes);
      device.queue.submit([encoder.finish()]);
      const got = new Uint32Array(await read(target, bytes, "immediate"));
      if (got.some((number, i) => number !== computed(pattern[i]!))) return "awaited";
    }
    return "immediate";
  } catch {
    return "awaited";
  } finally {
    numbers.destroy();
    target.destroy();
  }
}

function computed(number: number): number {
  for (let step = 0; step < STEPS; step++) number = (Math.imul(number, 1664525) + 1013904223) >>> 0;
  return number;
}
