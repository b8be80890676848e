// The trainer's only door to ONNX Runtime: it runs what was emitted, so that a package is measured as it will be served.

import {
  importNativeOnnxRuntime,
  type NativeOnnxRuntime,
} from "../../models/native_onnxruntime.ts";
import { withWholeHeap } from "../../models/wasm_heap.ts";
import { inputName, outputName } from "../ops/onnx.ts";
import type { ImageSize } from "../ops/ops.ts";

/** A loaded graph. */
export interface GraphRunner extends AsyncDisposable {
  /** `[N,3,H,W]` in, `[N,1,H,W]` of 0..1 out. */
  run(images: Float32Array, batch: number): Promise<Float32Array>;
}

/** A loaded graph whose other outputs can be seen too. */
export interface GraphObserver extends GraphRunner {
  /** All that the graph gives, by name; what it takes is among it. */
  observe(images: Float32Array, batch: number): Promise<ReadonlyMap<string, Float32Array>>;
}

/** Builds of ONNX Runtime that the trainer measures on; WebGPU where there is a GPU and it is asked for. */
export const graphProviders = ["cpu", "wasm", "webgpu"] as const;
export type GraphProvider = (typeof graphProviders)[number];

export interface OpenGraphOptions {
  /** @default what ONNX Runtime takes: all cores */
  readonly threads?: number;
  /** The native build, the WebAssembly one, or that for GPUs. @default the native one, where it is installed */
  readonly provider?: GraphProvider;
}

/**
 * Loads the bytes of an `.onnx` file into ONNX Runtime, on the CPU unless WebGPU is asked for: the native build, or the WebAssembly
 * one where that is not installed.
 *
 * @param size Height and width of the graph's input, in pixels.
 */
export async function openGraph(
  onnx: Uint8Array,
  size: ImageSize,
  { threads, provider }: OpenGraphOptions = {},
): Promise<GraphObserver> {
  const ort = await loadOnnxRuntime(provider);
  // Told before the first session of a WebAssembly build, and to that once for all. WebGPU works with one thread only.
  if (provider === "wasm" && threads !== undefined) ort.env.wasm.numThreads = threads;
  if (provider === "webgpu") ort.env.wasm.numThreads = 1;
  const session = await withWholeHeap(() =>
    ort.InferenceSession.create(onnx, {
      logSeverityLevel: 3,
      ...(provider === "webgpu" && { executionProviders: [provider] }),
      ...(threads !== undefined && { intraOpNumThreads: threads }),
    })
  );
  async function observe(images: Float32Array, batch: number) {
    const image = new ort.Tensor("float32", images, [batch, 3, size.height, size.width]);
    const values = new Map([[inputName, images]]);
    for (const [name, { data }] of Object.entries(await session.run({ [inputName]: image }))) {
      if (data instanceof Float32Array) values.set(name, data);
    }
    return values;
  }
  return {
    observe,
    async run(images, batch) {
      const map = (await observe(images, batch)).get(outputName);
      if (map === undefined) {
        throw new TypeError(`The graph must answer "${outputName}" as float32`);
      }
      return map;
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

async function loadOnnxRuntime(provider?: GraphProvider): Promise<NativeOnnxRuntime> {
  const webAssembly = async () => await import("onnxruntime-web") as unknown as NativeOnnxRuntime;
  if (provider === "wasm") return await webAssembly();
  if (provider === "webgpu") {
    return await import("onnxruntime-web/jspi") as unknown as NativeOnnxRuntime;
  }
  try {
    return await importNativeOnnxRuntime();
  } catch (cause) {
    if (provider === "cpu") throw cause;
    return await webAssembly();
  }
}
