// POST /v1/models/{name}/segment: one frame in, JSON or a PNG out, by Accept. The lane's Worker does all
// that is heavy, the PNG included.

import { accepts } from "@std/http/negotiation";
import { z } from "zod";
import { parseFrame } from "../frame.ts";
import { encodeRle } from "../postprocess/rle.ts";
import { observeRequest } from "../metrics/frame_events.ts";
import type { Observer } from "../metrics/observer.ts";
import { unpackMask } from "../postprocess/packed_mask.ts";
import type { Clock } from "../stream/clock.ts";
import type { Picture, Segmentation, StageTimes } from "../reply.ts";
import { deadlineSchema } from "../stream/hello.ts";
import { FRAME_HEADERS, FRAME_TYPES, readFrame } from "./frame_request.ts";
import { findModel, MODEL_PARAMS, MODEL_QUERY } from "./model_routes.ts";
import type { ModelDescription, ModelService, ModelTable } from "./model_service.ts";
import { frameSample, type ModelStatistics } from "./model_statistics.ts";
import { HttpProblem } from "./problem.ts";
import { type Route, route } from "./route.ts";
import { segmentReply } from "./schemas.ts";

const PICTURES = ["overlay", "mask", "heatmap"] as const satisfies readonly Picture[];
const OFFERED = ["application/json", "image/png"] as const;

/** How long the caller waits for the answer once the frame is there. */
const DEADLINE_HEADER = {
  "x-deadline-ms": z.string().regex(/^\d{1,6}(\.\d+)?$/).transform(Number).pipe(deadlineSchema)
    .optional().describe("Milliseconds from 1 to 600000 for the answer, once the frame is there"),
};

export interface SegmentDeps {
  readonly models: ModelTable;
  readonly statistics: ModelStatistics;
  readonly clock: Clock;
  readonly limits: { readonly maxFrameBytes: number; readonly maxPixels: number };
  readonly bodyTimeoutMs: number;
  readonly observer: Observer;
}

export function segmentRoute(deps: SegmentDeps): Route {
  return route({
    ...{ method: "POST", path: "/v1/models/{name}/segment", tag: "frames" },
    summary: "Segments one frame; by Accept, JSON or a picture",
    params: MODEL_PARAMS,
    query: z.object({
      ...MODEL_QUERY.shape,
      view: z.enum(PICTURES).optional().describe("Which picture; alone it asks for one"),
    }),
    headers: z.object({ ...FRAME_HEADERS.shape, ...DEADLINE_HEADER }),
    bodies: Object.fromEntries(FRAME_TYPES.map((type) => [type, "binary" as const])),
    answers: {
      200: {
        description: "The frame's segmentation",
        content: { "application/json": segmentReply, "image/png": "binary" },
        headers: {
          "Server-Timing": "Time of each stage (W3C Server Timing)",
          "X-Lineside-Verdict": "With a picture: ok or defect",
        },
      },
    },
    problems: [
      ...[
        "expired",
        "no-such-model",
        "not-acceptable",
        "not-ready",
        "overloaded",
        "lane-failed",
      ] as const,
      ...["body-timeout", "unsupported-media-type", "unsupported-format", "run-failed"] as const,
      ...["empty", "size-missing", "size-mismatch", "too-large", "truncated", "corrupt"] as const,
    ],
    handle: ({ request, params, query, headers }) =>
      segment(request, findModel(deps.models, params.name, query.version), deps, {
        ...{ view: query.view, deadlineMs: headers["x-deadline-ms"] },
      }),
  });
}

/** @throws {HttpProblem | FrameError | UnavailableError | LaneError} */
async function segment(
  request: Request,
  service: ModelService,
  { statistics, observer, clock, limits, bodyTimeoutMs }: SegmentDeps,
  { view, deadlineMs }: { view: Picture | undefined; deadlineMs: number | undefined },
): Promise<Response> {
  const picture = negotiate(request, view);
  const { maxFrameBytes, maxPixels } = limits;
  const frame = await readFrame(request, { maxBytes: maxFrameBytes, timeoutMs: bodyTimeoutMs });
  parseFrame(frame, { maxBytes: maxFrameBytes, maxPixels });
  const want = picture ? { png: picture } : {};
  const startMs = clock.now();
  const { model, result, times } = await observeRequest(
    observer,
    { model: service.card, count: 1, signal: request.signal },
    async (failed) => {
      const { segmentation, model } = await service.segment(frame, want, {
        ...{ signal: request.signal, deadlineMs },
        failed(by) {
          statistics.failed(by, clock.now() - startMs);
          failed(by);
        },
      });
      const times = withWait(segmentation.times, clock.now() - startMs);
      return { model, result: segmentation, scores: [segmentation.score], times };
    },
  );
  statistics.succeeded(model, frameSample(times, times));
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

/** It waited for as long as no stage took. */
function withWait(times: StageTimes, totalMs: number) {
  const stagesMs = Object.values(times).reduce((sum: number, ms: number) => sum + ms, 0);
  return { ...times, waitMs: Math.max(0, totalMs - stagesMs), totalMs };
}

/** Which picture is wanted, or undefined for JSON. `?view=` alone asks for a picture, too. */
function negotiate(request: Request, view: Picture | undefined): Picture | undefined {
  const offered = view ? OFFERED.toReversed() : OFFERED;
  const type: string | undefined = accepts(request, ...offered);
  if (type === "application/json") return undefined;
  if (type === "image/png") return view ?? "overlay";
  throw new HttpProblem(
    "not-acceptable",
    `Accept is "${request.headers.get("accept")}", offered are ${OFFERED.join(", ")}`,
    { vary: "accept" },
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
