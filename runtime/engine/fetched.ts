// What lanes import when they open, imported before: a Worker that has to fetch the first of these packages was seen to wait for ever.
// What does not install here is told by who needs it.

import { importNativeOnnxRuntime } from "../../models/native_onnxruntime.ts";

await Promise.allSettled([importNativeOnnxRuntime(), import("onnxruntime-web"), import("sharp")]);
