// The trainer's only door to ONNX Runtime: it runs what was emitted, so that a package is measured as it will be served.

import type * as OnnxRuntime from "onnxruntime-node";
import { inputName, outputName } from "../ops/onnx.ts";
import type { ImageSize } from "../ops/ops.ts";

/** A loaded graph. */
export interface GraphRunner {
  /** `[N,3,H,W]` in, `[N,1,H,W]` of 0..1 out. */
  run(images: Float32Array, batch: number): Promise<Float32Array>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Loads the bytes of an `.onnx` file into ONNX Runtime on the CPU: the native build, or the WebAssembly one where that
 * is not installed.
 *
 * @param size Height and width of the graph's input, in pixels.
 */
export async function openGraph(
  onnx: Uint8Array,
  size: ImageSize,
): Promise<GraphRunner> {
  const ort = await loadOnnxRuntime();
  const session = await ort.InferenceSession.create(onnx, { logSeverityLevel: 3 });
  return {
    async run(images, batch) {
      const image = new ort.Tensor("float32", images, [batch, 3, size.height, size.width]);
      const { [outputName]: map } = await session.run({ [inputName]: image });
      if (!(map?.data instanceof Float32Array)) {
        throw new TypeError(`The graph must answer "${outputName}" as float32`);
      }
      return map.data;
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

async function loadOnnxRuntime(): Promise<typeof OnnxRuntime> {
  try {
    return await import("onnxruntime-node");
  } catch {
    return await import("onnxruntime-web") as unknown as typeof OnnxRuntime;
  }
}
