// The native build of ONNX Runtime, for whoever runs graphs with it. It must not report to anybody: a box beside a production line
// stays silent.

export type NativeOnnxRuntime = typeof import("onnxruntime-node");

const OPT_OUT = "ORT_DISABLE_TELEMETRY";

/**
 * Loads onnxruntime-node with its telemetry off. From 1.29 on the official builds for Linux and macOS send names and hashes of graphs,
 * an identifier of the machine and times to Microsoft, and keep files for that, unless this variable is set before they load
 * (microsoft/onnxruntime, docs/Privacy.md).
 *
 * @throws {Deno.errors.NotCapable} where the variable is not set and may not be: rather none than one that reports.
 * @throws TypeError or Error where the build does not install or load here.
 */
export async function importNativeOnnxRuntime(): Promise<NativeOnnxRuntime> {
  if (Deno.env.get(OPT_OUT) !== "1") Deno.env.set(OPT_OUT, "1");
  return await import("onnxruntime-node");
}
