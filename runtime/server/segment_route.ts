// POST /v1/models/{name}/segment: one frame in, JSON or a PNG out, by Accept. The lane's Worker does all
// that is heavy, the PNG included.

import { accepts } from "@std/http/negotiation";
import { parseFrame } from "../frame.ts";
import { encodeRle } from "../postprocess/rle.ts";
import { observeRequest } from "../metrics/frame_events.ts";
import type { Observer } from "../metrics/observer.ts";
import { unpackMask } from "../postprocess/packed_mask.ts";
import type { Picture, Segmentation } from "../reply.ts";
import type { Clock } from "../stream/clock.ts";
import { readFrame } from "./frame_request.ts";
import type { ModelDescription, ModelService } from "./model_service.ts";
import { HttpProblem } from "./problem.ts";

const PICTURES: readonly Picture[] = ["overlay", "mask", "heatmap"];
const OFFERED = ["application/json", "image/png"] as const;

export interface SegmentLimits {
  readonly maxFrameBytes: number;
  readonly maxPixels: number;
  readonly bodyTimeoutMs: number;
  readonly observer: Observer;
  readonly clock: Clock;
}

/** Answers one request. @throws {HttpProblem | FrameError | UnavailableError | LaneError} */
export async function segmentRoute(
  request: Request,
  service: ModelService,
  limits: SegmentLimits,
): Promise<Response> {
  const picture = negotiate(request);
  const { maxFrameBytes, maxPixels, bodyTimeoutMs } = limits;
  const frame = await readFrame(request, { maxBytes: maxFrameBytes, timeoutMs: bodyTimeoutMs });
  parseFrame(frame, { maxBytes: maxFrameBytes, maxPixels });
  const model = service.describe();
  const want = picture ? { png: picture } : {};
  const result = await observeRequest(
    limits,
    model,
    () => service.segment(frame, want, request.signal),
  );
  const headers = {
    "cache-control": "no-store",
    "server-timing": serverTiming(result),
    vary: "accept",
  };
  if (!picture) return Response.json(toJson(model, result), { headers });
  return new Response(result.png!, {
    headers: { ...headers, "content-type": "image/png", "x-lineside-verdict": result.verdict },
  });
}

/** Which picture is wanted, or undefined for JSON. `?view=` alone asks for a picture, too. */
function negotiate(request: Request): Picture | undefined {
  const view = new URL(request.url).searchParams.get("view");
  const picture = PICTURES.find((known) => known === view);
  if (view !== null && !picture) {
    throw new HttpProblem(
      "bad-request",
      `view is "${view}", must be one of ${PICTURES.join(", ")}`,
    );
  }
  const offered = picture ? OFFERED.toReversed() : OFFERED;
  const type: string | undefined = accepts(request, ...offered);
  if (type === "application/json") return undefined;
  if (type === "image/png") return picture ?? "overlay";
  throw new HttpProblem(
    "not-acceptable",
    `Accept is "${request.headers.get("accept")}", offered are ${OFFERED.join(", ")}`,
  );
}

function toJson(model: ModelDescription, result: Segmentation): Record<string, unknown> {
  const { frame, verdict, score, threshold, minRegionScore, regions, mask, times } = result;
  const rle = { encoding: "rle", ...encodeRle(unpackMask(mask)) };
  return {
    ...{ model, frame, verdict, score, threshold, minRegionScore, regions },
    ...{ mask: rle, times },
  };
}

/** Stage times for a browser's network panel (W3C Server Timing). */
function serverTiming({ times }: Segmentation): string {
  return Object.entries(times)
    .map(([stage, ms]) => `${stage.replace(/Ms$/, "")};dur=${(ms as number).toFixed(2)}`).join(
      ", ",
    );
}
