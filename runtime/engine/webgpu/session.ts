// A graph on the GPU whose input and output stay there. Knows no frame and no shader.

import {
  checkNames,
  deviceOf,
  type InferenceSession,
  INPUT,
  loadOrt,
  oneAtATime,
  type Ort,
  OUTPUT,
  whenLost,
  withContext,
} from "../onnxruntime.ts";
import { ProviderError, type Session, type SessionInfo, type SessionOptions } from "../provider.ts";
import { BufferUsage } from "./constants.ts";
import { probeReadMode, readBuffer, type ReadMode } from "./readback.ts";

/** A session for one image at a time. `run` goes by way of the same buffers, for checks. */
export interface GpuSession extends Session {
  readonly device: GPUDevice;
  readonly lost: Promise<string>;
  readonly read: ReadMode;
  /** `image`, planar float32 [1,3,H,W]. */
  readonly input: GPUBuffer;
  /** `anomaly_map`, float32 [1,1,H,W]. */
  readonly output: GPUBuffer;
  /**
   * Submits the graph from `input` to `output`; does not wait for the GPU.
   *
   * @throws {ProviderError} code "run".
   */
  execute(): Promise<void>;
}

export type GpuSessionOptions = Omit<SessionOptions, "provider" | "threads">;

/**
 * Loads a graph.
 *
 * Graph capture stays off: with onnxruntime-web 1.30 a run sends as many uploads and dispatches with it as without, leaves an
 * output buffer of ours as the first run filled it, and a second session aborts the WebAssembly.
 *
 * @throws {ProviderError} as createSession.
 */
export async function createGpuSession(
  graph: Uint8Array,
  options: GpuSessionOptions,
): Promise<GpuSession> {
  const where = `${options.package} ${options.variant} on webgpu`;
  const ort = await loadOrt("webgpu");
  ort.env.wasm.numThreads = 1;
  const session = await oneAtATime(() =>
    withContext("create", `Cannot load ${where}`, () =>
      ort.InferenceSession.create(graph, {
        executionProviders: ["webgpu"],
        preferredOutputLocation: "gpu-buffer",
        freeDimensionOverrides: { N: 1 },
        graphOptimizationLevel: "all",
        logSeverityLevel: 3,
      }))
  );
  try {
    checkNames(where, session);
    const bound = await bindBuffers(ort, session, options, where);
    const read = await probeReadMode(bound.device);
    const info: SessionInfo = {
      ...{ package: options.package, provider: "webgpu", variant: options.variant, threads: 1 },
      onnxruntime: ort.env.versions.web ?? "unknown",
      shaders: { read },
    };
    return wrap(session, bound, info, read);
  } catch (error) {
    await oneAtATime(() => session.release());
    throw error;
  }
}

/** What a run is made of. */
interface Bound extends Disposable {
  readonly device: GPUDevice;
  readonly lost: Promise<string>;
  readonly input: GPUBuffer;
  readonly output: GPUBuffer;
  execute(): Promise<void>;
}

async function bindBuffers(
  ort: Ort,
  session: InferenceSession,
  { card }: GpuSessionOptions,
  where: string,
): Promise<Bound> {
  const device = await deviceOf(ort);
  const { width, height } = card.input;
  const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
  const bind = (channels: number) => {
    const buffer = device.createBuffer({ size: 4 * channels * height * width, usage });
    const dims = [1, channels, height, width];
    return { buffer, tensor: ort.Tensor.fromGpuBuffer(buffer, { dataType: "float32", dims }) };
  };
  const [image, map] = [bind(3), bind(1)];
  const feeds = { [INPUT]: image.tensor };
  const fetches = { [OUTPUT]: map.tensor };
  const lost = whenLost(device);
  let reason: string | undefined;
  lost.then((why) => reason = why);
  return {
    ...{ device, lost, input: image.buffer, output: map.buffer },
    execute: () =>
      oneAtATime(() =>
        withContext("run", `Cannot run ${where}`, async () => {
          if (reason !== undefined) throw new Error(`the GPU is lost: ${reason}`);
          await session.run(feeds, fetches);
        })
      ),
    [Symbol.dispose]() {
      for (const { buffer } of [image, map]) buffer.destroy();
    },
  };
}

function wrap(
  session: InferenceSession,
  bound: Bound,
  info: SessionInfo,
  read: ReadMode,
): GpuSession {
  const { device, lost, input, output, execute } = bound;
  return {
    ...{ info, device, lost, read, input, output, execute },
    async run(image, batch) {
      if (batch !== 1 || 4 * image.length !== input.size) {
        const message = `takes one image of ${
          input.size / 4
        } values, got ${batch} of ${image.length}`;
        throw new ProviderError("run", `Cannot run ${info.package} on webgpu: it ${message}`);
      }
      device.queue.writeBuffer(input, 0, image as Float32Array<ArrayBuffer>);
      await execute();
      return new Float32Array(await readBuffer(device, output, output.size, read));
    },
    async [Symbol.asyncDispose]() {
      await oneAtATime(() => session.release());
      bound[Symbol.dispose]();
    },
  };
}
