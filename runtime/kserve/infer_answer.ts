// The answer to an inference: JSON alone, or JSON and the map's bytes behind it.

import { z } from "zod";
import type { Card } from "../../models/card.ts";

export const inferAnswer = z.strictObject({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(z.strictObject({
    name: z.string(),
    datatype: z.literal("FP32"),
    shape: z.array(z.int().min(0)),
    parameters: z.strictObject({ binary_data_size: z.int().min(0) }).optional(),
    data: z.array(z.number()).optional(),
  })),
}).meta({ id: "InferAnswer" });

export interface EncodedAnswer {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Bytes of JSON at the start, when bytes of values follow. */
  readonly headerLength?: number;
}

/** @param map `anomaly_map`, float32 [batch, 1, H, W]. */
export function encodeInferAnswer(
  { name, version, input: { width, height }, output }: Card,
  map: Float32Array<ArrayBuffer>,
  { id, batch, binary }: { readonly id?: string; readonly batch: number; readonly binary: boolean },
): EncodedAnswer {
  const tensor: z.infer<typeof inferAnswer>["outputs"][number] = {
    name: output.name,
    datatype: "FP32",
    shape: [batch, 1, height, width],
    ...(binary ? { parameters: { binary_data_size: map.byteLength } } : { data: Array.from(map) }),
  };
  const answer: z.infer<typeof inferAnswer> = {
    ...{ model_name: name, model_version: version, ...(id === undefined ? {} : { id }) },
    outputs: [tensor],
  };
  const json = new TextEncoder().encode(JSON.stringify(answer));
  if (!binary) return { body: json };
  const body = new Uint8Array(json.length + map.byteLength);
  body.set(json);
  body.set(new Uint8Array(map.buffer, map.byteOffset, map.byteLength), json.length);
  return { body, headerLength: json.length };
}
