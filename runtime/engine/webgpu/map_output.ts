// From the session's output on the GPU to the bytes a reply needs: one readback a frame. Knows no frame.

import { compileShader } from "./compile.ts";
import { BufferUsage } from "./constants.ts";
import { createReadBuffer, readBytes, type ReadMode } from "./readback.ts";
import { type PackedMap, readReply, type ReplyLayout, replyLayout } from "./reply_layout.ts";
import { POSTPROCESS, WORKGROUP } from "./shaders.ts";

/** A frame's answer on its way back. */
export interface PendingMap {
  /** Waits for the GPU. Call it once. */
  read(): Promise<PackedMap>;
}

export interface MapOutput extends Disposable {
  /**
   * Submits the shader and the copy to one of the read buffers.
   *
   * @param place which of them; free again when the pending map has been read.
   */
  submit(place: number, want: { readonly map: boolean }): PendingMap;
  /** For the maps that are submitted from now on. */
  setThreshold(threshold: number): void;
}

export interface MapOutputOptions {
  readonly width: number;
  readonly height: number;
  /** A pixel is in the mask when its score is at least this. */
  readonly threshold: number;
  /** Read buffers, one for each frame in flight. */
  readonly places: number;
  readonly read: ReadMode;
}

/** Where the shader's rule has its threshold, in bytes. */
const THRESHOLD_AT = 8;

/** Shaders over `output`, float32 [1,1,H,W]. */
export async function createMapOutput(
  device: GPUDevice,
  output: GPUBuffer,
  options: MapOutputOptions,
): Promise<MapOutput> {
  const { width, height, threshold, places, read } = options;
  const layout = replyLayout(width, height);
  const reply = device.createBuffer({
    size: layout.bytes,
    usage: BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST,
  });
  const rule = device.createBuffer({
    size: 32,
    usage: BufferUsage.UNIFORM | BufferUsage.COPY_DST,
    mappedAtCreation: true,
  });
  writeRule(rule, layout, threshold);
  const readBuffers: GPUBuffer[] = [];
  for (let place = 0; place < places; place++) {
    readBuffers.push(await createReadBuffer(device, layout.bytes));
  }
  const module = await compileShader(device, POSTPROCESS);
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute: { module } });
  const buffers = [
    { buffer: rule },
    { buffer: output },
    { buffer: reply, size: 4 },
    { buffer: reply, offset: layout.packedAt },
  ];
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((resource, binding) => ({ binding, resource })),
  });

  return {
    submit(place, want) {
      const bytes = want.map ? layout.bytes : layout.mapAt;
      const encoder = device.createCommandEncoder();
      encoder.clearBuffer(reply, 0, 4);
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(Math.ceil(layout.rowWords / WORKGROUP), height);
      pass.end();
      encoder.copyBufferToBuffer(reply, 0, readBuffers[place]!, 0, bytes);
      device.queue.submit([encoder.finish()]);
      return {
        read: async () => readReply(layout, await readBytes(readBuffers[place]!, bytes, read)),
      };
    },
    setThreshold(next) {
      device.queue.writeBuffer(rule, THRESHOLD_AT, Float32Array.of(float32AtLeast(next)));
    },
    [Symbol.dispose]() {
      for (const buffer of [reply, rule, ...readBuffers]) buffer.destroy();
    },
  };
}

function writeRule(buffer: GPUBuffer, layout: ReplyLayout, threshold: number): void {
  const view = new DataView(buffer.getMappedRange());
  const words = (bytes: number) => (bytes - layout.packedAt) / 4;
  view.setUint32(0, layout.width, true);
  view.setUint32(4, layout.height, true);
  view.setFloat32(THRESHOLD_AT, float32AtLeast(threshold), true);
  view.setUint32(12, words(layout.runsAt), true);
  view.setUint32(16, words(layout.mapAt), true);
  buffer.unmap();
}

/** The smallest float32 that is at least `value` (0 or more): float32 scores reach the one when they reach the other. */
export function float32AtLeast(value: number): number {
  const nearest = Math.fround(value);
  if (nearest >= value) return nearest;
  const bits = new Uint32Array(Float32Array.of(nearest).buffer);
  bits[0]!++;
  return new Float32Array(bits.buffer)[0]!;
}
