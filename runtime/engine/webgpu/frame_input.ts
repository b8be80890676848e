// From a frame's bytes to the session's input, on the GPU: one upload a frame. Knows no map and no reply.

import { compileShader } from "./compile.ts";
import { BufferUsage, SHADER_STAGE_COMPUTE } from "./constants.ts";
import { type InputSpec, inputValues } from "../../../models/input.ts";
import { type Taps, tapsFor } from "../../../models/taps.ts";
import { PREPROCESS, WORKGROUP } from "./shaders.ts";

/** Pixels as they came, interleaved rows without padding. */
export interface Pixels {
  readonly format: "rgb8" | "rgba8" | "gray8";
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

export interface FrameInput extends Disposable {
  /** Whether the GPU's limits leave room for this many pixels. */
  fits(pixels: Omit<Pixels, "bytes">): boolean;
  /**
   * Uploads the pixels and submits resizing, normalising and layout into the input.
   *
   * @throws {RangeError} when they do not fit.
   * @throws {Error} when the GPU has no memory for them.
   */
  write(pixels: Pixels): Promise<void>;
}

/** What one kind of frame needs; all but the bytes go up with its first frame. */
interface Plan {
  readonly shapeGroup: GPUBindGroup;
  readonly filterGroup: GPUBindGroup;
  readonly buffers: readonly GPUBuffer[];
  /** Threads of the column pass: x, y. */
  readonly groups: readonly [number, number];
}

const BYTES = { rgb8: [3, 1], rgba8: [4, 1], gray8: [1, 0] } as const;
/** Kinds of frames that are kept ready. */
const PLANS = 4;

/** Shaders that fill `input`, planar float32 [1,3,H,W], from frames of any size. */
export async function createFrameInput(
  device: GPUDevice,
  spec: InputSpec,
  input: GPUBuffer,
): Promise<FrameInput> {
  const { maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupsPerDimension } =
    device.limits;
  const largest = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  const module = await compileShader(device, PREPROCESS);
  const [layout, filterLayout] = layouts(device);
  const compile = (entryPoint: string, bindGroupLayouts: GPUBindGroupLayout[]) =>
    device.createComputePipelineAsync({
      layout: device.createPipelineLayout({ bindGroupLayouts }),
      compute: { module, entryPoint },
    });
  const columnPass = await compile("resizeColumns", [layout]);
  const rowPass = await compile("resizeRows", [layout, filterLayout]);
  const values = upload(
    device,
    Float32Array.from(
      [0, 1, 2].flatMap((c) => [...inputValues(spec.mean[c]!, spec.std[c]!)]),
    ),
  );
  const plans = new Map<string, Plan>();
  let [frame, wide] = [storage(device, 4), storage(device, 4)];

  function drop(plan: Plan): void {
    for (const buffer of plan.buffers) buffer.destroy();
  }

  function bytesOf({ format, width, height }: Omit<Pixels, "bytes">) {
    return { frame: width * height * BYTES[format][0] + 3 & ~3, wide: 12 * spec.width * height };
  }

  /** Larger frames get larger buffers, and all plans name them. */
  async function reserve(pixels: Omit<Pixels, "bytes">): Promise<void> {
    const wanted = bytesOf(pixels);
    if (wanted.frame <= frame.size && wanted.wide <= wide.size) return;
    device.pushErrorScope("out-of-memory");
    const larger = [
      storage(device, Math.max(wanted.frame, frame.size)),
      storage(device, Math.max(wanted.wide, wide.size)),
    ] as const;
    const error = await device.popErrorScope();
    if (error !== null) {
      for (const buffer of larger) buffer.destroy();
      throw new Error(`Cannot take frame of ${pixels.width}×${pixels.height}: ${error.message}`);
    }
    for (const buffer of [frame, wide]) buffer.destroy();
    for (const plan of plans.values()) drop(plan);
    plans.clear();
    [frame, wide] = larger;
  }

  function makePlan({ format, width, height }: Omit<Pixels, "bytes">): Plan {
    const columns = filter(device, tapsFor(width, spec.width));
    const rows = filter(device, tapsFor(height, spec.height));
    const shape = upload(
      device,
      Uint32Array.of(
        ...[width, height, ...BYTES[format], spec.width, spec.height],
        ...[columns.stride, rows.stride],
      ),
      BufferUsage.UNIFORM,
    );
    return {
      shapeGroup: group(device, layout, [shape, frame, columns.taps, columns.weights, wide]),
      filterGroup: group(device, filterLayout, [rows.taps, rows.weights, values, input]),
      buffers: [shape, columns.taps, columns.weights, rows.taps, rows.weights],
      groups: [
        Math.ceil(spec.width / WORKGROUP),
        Math.min(height, maxComputeWorkgroupsPerDimension),
      ],
    };
  }

  function planFor(pixels: Omit<Pixels, "bytes">): Plan {
    const key = `${pixels.format} ${pixels.width}×${pixels.height}`;
    const plan = plans.get(key) ?? makePlan(pixels);
    plans.delete(key);
    plans.set(key, plan); // the last is the one that was used last
    const [oldest, ...others] = plans.keys();
    if (others.length >= PLANS) {
      drop(plans.get(oldest!)!);
      plans.delete(oldest!);
    }
    return plan;
  }

  function fits(pixels: Omit<Pixels, "bytes">): boolean {
    const bytes = bytesOf(pixels);
    return bytes.frame <= largest && bytes.wide <= largest;
  }

  return {
    fits,
    async write(pixels) {
      if (!fits(pixels)) {
        throw new RangeError(`Cannot take frame of ${pixels.width}×${pixels.height} to this GPU`);
      }
      await reserve(pixels);
      const plan = planFor(pixels);
      device.queue.writeBuffer(frame, 0, padded(pixels.bytes));
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setBindGroup(0, plan.shapeGroup);
      pass.setPipeline(columnPass);
      pass.dispatchWorkgroups(...plan.groups);
      pass.setPipeline(rowPass);
      pass.setBindGroup(1, plan.filterGroup);
      pass.dispatchWorkgroups(plan.groups[0], spec.height);
      pass.end();
      device.queue.submit([encoder.finish()]);
    },
    [Symbol.dispose]() {
      for (const plan of plans.values()) drop(plan);
      for (const buffer of [frame, wide, values]) buffer.destroy();
    },
  };
}

/** Both passes share the first group, so that one binding of it serves them. */
function layouts(device: GPUDevice): [GPUBindGroupLayout, GPUBindGroupLayout] {
  const of = (...types: GPUBufferBindingType[]) =>
    device.createBindGroupLayout({
      entries: types.map((type, binding) => ({
        binding,
        visibility: SHADER_STAGE_COMPUTE,
        buffer: { type },
      })),
    });
  const read = "read-only-storage";
  return [of("uniform", read, read, read, "storage"), of(read, read, read, "storage")];
}

function group(
  device: GPUDevice,
  layout: GPUBindGroupLayout,
  buffers: readonly GPUBuffer[],
): GPUBindGroup {
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  return device.createBindGroup({ layout, entries });
}

/** A filter as the shader takes it: pairs of first position and number of weights, and the weights in float32. */
function filter(device: GPUDevice, { first, count, weights, stride }: Taps) {
  const taps = new Uint32Array(2 * first.length);
  first.forEach((position, i) => taps.set([position, count[i]!], 2 * i));
  return {
    taps: upload(device, taps),
    weights: upload(device, Float32Array.from(weights)),
    stride,
  };
}

function storage(device: GPUDevice, size: number): GPUBuffer {
  return device.createBuffer({ size, usage: BufferUsage.STORAGE | BufferUsage.COPY_DST });
}

/** A buffer that is filled as it is made, so that a frame's bytes are the only ones that go by the queue. */
function upload(
  device: GPUDevice,
  data: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>,
  usage: number = BufferUsage.STORAGE,
): GPUBuffer {
  const buffer = device.createBuffer({ size: data.byteLength, usage, mappedAtCreation: true });
  new Uint8Array(buffer.getMappedRange()).set(new Uint8Array(data.buffer));
  buffer.unmap();
  return buffer;
}

/** The queue takes whole words. */
function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes.length % 4 === 0) return bytes as Uint8Array<ArrayBuffer>;
  const words = new Uint8Array(bytes.length + 3 & ~3);
  words.set(bytes);
  return words;
}
