// The process that placement.ts starts: opens a graph as the runtime does, on webgpu, with a log that says where each node
// went. Argument: path of the .onnx file.

import { createSession } from "../../runtime/engine/onnxruntime.ts";
import { makeCard } from "./package.ts";
import { replaced } from "./replaced.ts";

const { InferenceSession } = await import("onnxruntime-web/jspi");
const create = InferenceSession.create.bind(InferenceSession) as typeof InferenceSession.create;
const loud = (graph: Uint8Array, options: object) =>
  create(graph, { ...options, logSeverityLevel: 0 });
using _ = replaced(InferenceSession, "create", loud as typeof create);

await using _session = await createSession(await Deno.readFile(Deno.args[0]!), {
  package: "placement",
  card: makeCard(),
  variant: "fp32",
  provider: "webgpu",
  threads: 1,
});
