// POST /v1/models/{name}/segment: one frame in, JSON or a PNG out, by Accept. The lane's Worker does all
// that is heavy, the PNG included.

import { accepts } from "@std/http/negotiation";
import { parseFrame } from "../frame.ts";
import { encodeRle } from "../postprocess/rle.ts";
import { unpackMask } from "../postprocess/packed_mask.ts";
import type { Picture, Segmentation } from "../reply.ts";
import { deadlineSchema } from "../stream/hello.ts";
import { readFrame } from "./frame_request.ts";
import type { ModelDescription, ModelService } from "./model_service.ts";
import { HttpProblem } from "./problem.ts";

const PICTURES: readonly Picture[] = ["overlay", "mask", "heatmap"];
const OFFERED = ["application/json", "image/png"] as const;

export interface SegmentLimits {
  readonly maxFrameBytes: number;
  readonly maxPixels: number;
  readonly bodyTimeoutMs: number;
}

/** Answers one request. @throws {HttpProblem | FrameError | UnavailableError | LaneError} */
export async function segmentRoute(
  request: Request,
  service: ModelService,
  limits: SegmentLimits,
): Promise<Response> {
  const picture = negotiate(request);
  const deadlineMs = readDeadline(request);
  const { maxFrameBytes, maxPixels, bodyTimeoutMs } = limits;
  const frame = await readFrame(request, { maxBytes: maxFrameBytes, timeoutMs: bodyTimeoutMs });
  parseFrame(frame, { maxBytes: maxFrameBytes, maxPixels });
  const { segmentation: result, model } = await service.segment(
    frame,
    picture ? { png: picture } : {},
    { signal: request.signal, deadlineMs },
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

/** `X-Deadline-Ms`: how long the caller waits for the answer once the frame is there. */
function readDeadline(request: Request): number | undefined {
  const value = request.headers.get("x-deadline-ms");
  if (value === null) return undefined;
  const parsed = deadlineSchema.safeParse(Number(value || NaN));
  if (parsed.success) return parsed.data;
  throw new HttpProblem(
    "bad-request",
    `X-Deadline-Ms is "${value}", must be milliseconds from 1 to 600000`,
  );
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
