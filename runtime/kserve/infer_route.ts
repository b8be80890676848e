// POST …/infer: tensors in, the map out, by the Open Inference Protocol v2.

import { observeRequest } from "../metrics/frame_events.ts";
import type { Observer } from "../metrics/observer.ts";
import type { Clock } from "../stream/clock.ts";
import { readBody } from "../server/body.ts";
import type { InferenceAnswer, ModelService } from "../server/model_service.ts";
import type { ModelStatistics } from "../server/model_statistics.ts";
import { compress, decompress } from "./compression.ts";
import { encodeInferAnswer } from "./infer_answer.ts";
import { readInferRequest } from "./infer_request.ts";

export interface InferDeps {
  readonly statistics: ModelStatistics;
  readonly observer: Observer;
  readonly clock: Clock;
  /** Most bytes of a body, compressed and not. */
  readonly maxBytes: number;
  readonly bodyTimeoutMs: number;
}

/** @throws {HttpProblem | UnavailableError | ProviderError | LaneError} */
export async function infer(
  request: Request,
  service: ModelService,
  headerLength: number | undefined,
  { statistics, observer, clock, maxBytes, bodyTimeoutMs }: InferDeps,
): Promise<Response> {
  const packed = await readBody(request, { maxBytes, timeoutMs: bodyTimeoutMs });
  const startMs = clock.now();
  const body = await decompress(packed, request.headers.get("content-encoding"), maxBytes);
  const { id, input, batch, output } = readInferRequest(body, headerLength, service.card);
  const arrivedMs = clock.now();
  const { inference: { map, runMs }, card, waitMs } = await observeRequest(
    observer,
    { model: service.card, count: batch, signal: request.signal },
    async (failed) => {
      const answer = await service.infer({ tensor: input, batch }, {
        signal: request.signal,
        failed(by) {
          statistics.failed(by, clock.now() - startMs);
          failed(by);
        },
      });
      return { ...answer, model: answer.card, ...observed(answer, batch, clock.now() - startMs) };
    },
  );
  const answeredMs = clock.now();
  const binary = output === "binary";
  const encoded = encodeInferAnswer(card, map, {
    ...{ batch, binary, ...(id === undefined ? {} : { id }) },
  });
  const compressed = await compress(request, encoded.body);
  const endMs = clock.now();
  statistics.succeeded(card, {
    ...{ batch, totalMs: endMs - startMs, queueMs: waitMs, inputMs: arrivedMs - startMs },
    ...{ inferMs: runMs, outputMs: endMs - answeredMs },
  });
  return new Response(compressed.body, {
    headers: {
      "content-type": binary ? "application/octet-stream" : "application/json",
      "cache-control": "no-store",
      ...compressed.headers,
      ...(encoded.headerLength === undefined
        ? {}
        : { "inference-header-content-length": String(encoded.headerLength) }),
    },
  });
}

/** What the observer is told: each input's highest score, and the times of the batch; it has no frame's stages. */
function observed(
  { inference: { map, runMs }, waitMs }: InferenceAnswer,
  batch: number,
  totalMs: number,
) {
  const pixels = map.length / batch;
  const scores = Array.from(
    { length: batch },
    (_, at) => map.subarray(at * pixels, (at + 1) * pixels).reduce((a, b) => Math.max(a, b), 0),
  );
  const stages = { decodeMs: 0, preprocessMs: 0, runMs, postprocessMs: 0, encodeMs: 0 };
  return { scores, times: { ...stages, waitMs, totalMs } };
}
