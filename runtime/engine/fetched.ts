// What lanes import when they open, imported before: a Worker that has to fetch the first of these packages was seen to wait for ever.
// What does not install here is told by who needs it.

await Promise.allSettled([import("onnxruntime-node"), import("onnxruntime-web"), import("sharp")]);
