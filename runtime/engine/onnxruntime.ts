// The only file of the runtime that runs onnxruntime. Each build is loaded when a provider asks for
// it, so a box without the native build, or without a GPU, never touches theirs.

import type { InferenceSession } from "onnxruntime-web";
import { importNativeOnnxRuntime } from "../../models/native_onnxruntime.ts";
import { withWholeHeap } from "../../models/wasm_heap.ts";
import { createTurns } from "../turns.ts";
import { quietMesa } from "./adapter.ts";
import { findCuda } from "./cuda.ts";
import {
  isGpu,
  ProviderError,
  type ProviderName,
  type Session,
  type SessionInfo,
  type SessionOptions,
} from "./provider.ts";

export type { InferenceSession };
export type Ort = typeof import("onnxruntime-web");

/** Names of the graph's input and output. */
export const INPUT = "image";
export const OUTPUT = "anomaly_map";

/**
 * Loads a graph with input `image` [N,3,H,W] and output `anomaly_map` [N,1,H,W] on a provider.
 *
 * @param graph the bytes of an ONNX file.
 * @throws {ProviderError} code "missing" when the provider is not on this machine, "create" when it
 * refuses the graph.
 */
export async function createSession(graph: Uint8Array, options: SessionOptions): Promise<Session> {
  const { provider, variant, threads: wanted, card } = options;
  const threads = isGpu(provider) ? 1 : wanted;
  const where = `${options.package} ${variant} on ${provider}`;

  return await oneAtATime(async () => {
    const ort = await loadOrt(provider);
    const { versions } = ort.env;
    const onnxruntime = (isNative(provider) ? versions.node : versions.web) ?? "unknown";
    const info = { package: options.package, provider, variant, threads, onnxruntime };
    // The web builds read this once, at their first session. WebGPU works with one thread only.
    if (!isNative(provider)) ort.env.wasm.numThreads = threads;
    const session = await withContext(
      "create",
      `Cannot load ${where}`,
      () =>
        withWholeHeap(() => ort.InferenceSession.create(graph, sessionOptions(options, threads))),
    );
    try {
      checkNames(where, session);
      const lost = provider === "webgpu" ? whenLost(await deviceOf(ort)) : undefined;
      return { ...wrapSession(ort, session, info, where, card.input), ...(lost && { lost }) };
    } catch (error) {
      await session.release();
      throw error;
    }
  });
}

function wrapSession(
  ort: Ort,
  session: InferenceSession,
  info: SessionInfo,
  where: string,
  { width, height }: { width: number; height: number },
): Session {
  return {
    info,
    run: (input, batch) =>
      oneAtATime(() =>
        withContext("run", `Cannot run ${where}`, async () => {
          const image = new ort.Tensor("float32", input, [batch, 3, height, width]);
          const { data } = (await session.run({ [INPUT]: image }))[OUTPUT]!;
          const expected = batch * height * width;
          if (!(data instanceof Float32Array) || data.length !== expected) {
            throw new Error(
              `${OUTPUT} has ${data.length} values, the card's input size needs ${expected} of float32`,
            );
          }
          return data;
        })
      ),
    [Symbol.asyncDispose]: () => oneAtATime(() => session.release()),
  };
}

/** ONNX Runtime makes the device with its first session; before, there is none to share. */
export async function deviceOf(ort: Ort): Promise<GPUDevice> {
  return await ort.env.webgpu.device as GPUDevice;
}

/** Resolves with the reason when the device is lost. */
export async function whenLost(device: GPUDevice): Promise<string> {
  const { message } = await device.lost;
  return message || "no reason given";
}

/** @throws {ProviderError} code "missing". */
export async function loadOrt(provider: ProviderName): Promise<Ort> {
  switch (provider) {
    case "cuda": {
      const { usable, description } = await findCuda();
      if (!usable) throw new ProviderError("missing", `Cannot use cuda: ${description}`);
      return await loadOrt("cpu");
    }
    case "cpu":
      return await importOrt(
        "onnxruntime-node",
        importNativeOnnxRuntime,
        'It is native code: run with --allow-ffi on a platform it is built for, or use provider "wasm"',
      );
    case "wasm":
      return await importOrt("onnxruntime-web", () => import("onnxruntime-web"), "");
    case "webgpu":
      quietMesa();
      // This build makes a URL from the page's address; in a Worker without a page that throws.
      Reflect.deleteProperty(globalThis, "location");
      return await importOrt("onnxruntime-web/jspi", () => import("onnxruntime-web/jspi"), "");
  }
}

async function importOrt(
  build: string,
  load: () => Promise<unknown>,
  remedy: string,
): Promise<Ort> {
  try {
    return await load() as Ort;
  } catch (cause) {
    const message = `Cannot load ${build}: ${messageOf(cause)}. ${remedy}`.trimEnd();
    throw new ProviderError("missing", message, { cause });
  }
}

/** Of onnxruntime-node. */
function isNative(provider: ProviderName): boolean {
  return provider === "cpu" || provider === "cuda";
}

function sessionOptions(
  { provider, spinUs }: SessionOptions,
  threads: number,
): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    graphOptimizationLevel: "all",
    executionMode: "sequential",
    // 3 is "error": warnings about shape nodes that stay on the CPU are expected on WebGPU.
    logSeverityLevel: 3,
    ...(isNative(provider) && {
      ...{ intraOpNumThreads: threads, interOpNumThreads: 1 },
      ...(spinUs !== undefined &&
        { extra: { session: { intra_op: { spin_duration_us: `${spinUs}` } } } }),
    }),
  };
}

/** @throws {ProviderError} code "create" when the graph is not one of ours. */
export function checkNames(where: string, { inputNames, outputNames }: InferenceSession): void {
  if (inputNames.length === 1 && inputNames[0] === INPUT && outputNames.includes(OUTPUT)) return;
  throw new ProviderError(
    "create",
    `Cannot load ${where}: the graph maps [${inputNames}] to [${outputNames}], expected [${INPUT}] to [${OUTPUT}]`,
  );
}

/**
 * Creation, runs and release one after the other. Two overlapping runs on WebGPU stop the whole process
 * for ever, on two sessions they crash it; elsewhere a lane has one run at a time anyway.
 */
export const oneAtATime = createTurns();

/** What `work` throws as a ProviderError that says what was tried. */
export async function withContext<T>(
  code: "create" | "run",
  action: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ProviderError(code, `${action}: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
