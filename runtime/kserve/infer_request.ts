// An inference request, JSON and binary parts, as the batch that the model takes. Everything is checked
// against the card before memory is taken for values.
// https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol
// https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/protocol/extension_binary_data.html

import { z } from "zod";
import type { Card } from "../../models/card.ts";
import { HttpProblem } from "../server/problem.ts";
import { bytesOf, tensorFromBytes, tensorFromJson } from "./tensor.ts";

/** Most images of one request: a batch holds the lane until it is done. */
export const MAX_BATCH = 8;

const parameters = z.looseObject({});
const inputSchema = z.looseObject({
  name: z.string(),
  shape: z.array(z.int().min(0).max(2 ** 31 - 1)).max(8),
  datatype: z.string(),
  parameters: parameters.extend({ binary_data_size: z.int().min(0).optional() }).optional(),
  data: z.unknown().optional().describe("Values, flat or nested; none with binary_data_size"),
});
const outputSchema = z.looseObject({
  name: z.string(),
  parameters: parameters.extend({
    binary_data: z.boolean().optional(),
    classification: z.unknown().optional(),
    shared_memory_region: z.unknown().optional(),
  }).optional(),
});

export const inferRequest = z.looseObject({
  id: z.string().max(1024).optional(),
  parameters: parameters.extend({ binary_data_output: z.boolean().optional() }).optional(),
  inputs: z.array(inputSchema).min(1).max(16),
  outputs: z.array(outputSchema).max(16).optional(),
}).meta({ id: "InferRequest" });

export interface InferInput {
  readonly id?: string;
  /** Planar float32 [batch, 3, H, W]. */
  readonly input: Float32Array<ArrayBuffer>;
  readonly batch: number;
  /** How the answer has its output. */
  readonly output: "json" | "binary";
}

/**
 * Reads the body of a request.
 *
 * @param headerLength bytes of JSON at the start of the body, when values follow it.
 * @throws {HttpProblem} "bad-request"
 */
export function readInferRequest(
  body: Uint8Array<ArrayBuffer>,
  headerLength: number | undefined,
  card: Card,
): InferInput {
  const jsonBytes = headerLength ?? body.length;
  if (jsonBytes > body.length) {
    throw bad(`Inference-Header-Content-Length is ${jsonBytes}, the body has ${body.length} bytes`);
  }
  const request = parseRequest(body.subarray(0, jsonBytes));
  const { id, inputs, outputs } = request;
  if (inputs.length !== 1) throw bad(`The model has 1 input, the request ${inputs.length}`);
  const given = inputs[0]!;
  const batch = checkInput(given, card);
  const output = wantedOutput(outputs, request.parameters?.binary_data_output ?? false, card);
  const input = readValues(given, body.subarray(jsonBytes));
  return { ...(id === undefined ? {} : { id }), input, batch, output };
}

function parseRequest(json: Uint8Array): z.infer<typeof inferRequest> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch {
    throw bad("The request is not JSON in UTF-8");
  }
  const parsed = inferRequest.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw bad(`${path.length > 0 ? path.join(".") : "the request"}: ${message}`);
}

/** The batch of an input whose name, type and shape fit the card. */
function checkInput({ name, datatype, shape }: z.infer<typeof inputSchema>, card: Card): number {
  const { name: expected, width, height } = card.input;
  if (name !== expected) throw bad(`The model has no input "${name}", it has "${expected}"`);
  if (datatype !== "FP32") throw bad(`Input "${name}" is of ${datatype}, must be FP32`);
  const [batch = 0, ...image] = shape;
  if (batch < 1 || batch > MAX_BATCH || image.join() !== [3, height, width].join()) {
    const fits = `[1..${MAX_BATCH}, 3, ${height}, ${width}]`;
    throw bad(`Input "${name}" has shape [${shape.join(", ")}], must be ${fits}`);
  }
  return batch;
}

function wantedOutput(
  outputs: z.infer<typeof inferRequest>["outputs"],
  binaryByDefault: boolean,
  card: Card,
): InferInput["output"] {
  if (outputs === undefined) return binaryByDefault ? "binary" : "json";
  for (const { name, parameters = {} } of outputs) {
    if (name !== card.output.name) {
      throw bad(`The model has no output "${name}", it has "${card.output.name}"`);
    }
    for (const extension of ["classification", "shared_memory_region"] as const) {
      if (parameters[extension] === undefined) continue;
      throw bad(`Output "${name}" asks for ${extension}, which this server does not offer`);
    }
  }
  if (outputs.length > 1) throw bad(`Output "${outputs[0]!.name}" is asked for twice`);
  const [output] = outputs;
  if (!output) return binaryByDefault ? "binary" : "json"; // an empty list asks for all
  return output.parameters?.binary_data ?? binaryByDefault ? "binary" : "json";
}

function readValues(
  { name, shape, data, parameters }: z.infer<typeof inputSchema>,
  rest: Uint8Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  if (parameters?.shared_memory_region !== undefined) {
    throw bad(`Input "${name}" is in shared memory, which this server does not offer`);
  }
  const size = parameters?.binary_data_size;
  if (rest.length !== (size ?? 0)) {
    throw bad(`${rest.length} bytes follow the JSON, binary_data_size is ${size ?? "missing"}`);
  }
  if (size === undefined) return tensorFromJson(name, data, shape);
  if (data !== undefined) throw bad(`Input "${name}" has both data and binary_data_size`);
  const needed = bytesOf(shape);
  if (size !== needed) throw bad(`Input "${name}" has ${size} bytes, its shape needs ${needed}`);
  return tensorFromBytes(name, rest);
}

function bad(detail: string): HttpProblem {
  return new HttpProblem("bad-request", detail);
}
