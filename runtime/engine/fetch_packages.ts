// What lanes import when they open, imported before: fetching it from an empty cache may take longer than a lane may take to open.

import { importNativeOnnxRuntime } from "../../models/native_onnxruntime.ts";

let fetched: Promise<unknown> | undefined;

/** Fetches the packages that a lane may need, once. What does not install here is told by who needs it. */
export async function fetchPackages(): Promise<void> {
  fetched ??= Promise.allSettled([
    importNativeOnnxRuntime(),
    import("onnxruntime-web"),
    import("sharp"),
  ]);
  await fetched;
}
