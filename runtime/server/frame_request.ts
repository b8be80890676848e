// A request's headers and body as a frame. Knows nothing of models.

import { z } from "zod";
import { type Frame, FRAME_FORMATS, type FrameFormat } from "../frame.ts";
import { type BodyLimits, readBody } from "./body.ts";
import { HttpProblem } from "./problem.ts";

const ENCODED_TYPES = ["image/jpeg", "image/png"];
const RAW_TYPE = "application/octet-stream";
/** Content types of a frame. */
export const FRAME_TYPES: readonly string[] = [...ENCODED_TYPES, RAW_TYPE];
const RAW_FORMATS = FRAME_FORMATS.filter((format) => format !== "encoded");
const SIDE = /^[1-9]\d{0,5}$/;

/** The headers of a raw frame. Whether one is missing or wrong is told by the frame's own error codes. */
export const FRAME_HEADERS = z.object({
  "x-frame-format": z.string().optional().describe(
    `Of a raw frame: ${RAW_FORMATS.join(", ")}`,
  ),
  "x-frame-width": z.string().optional().describe("Of a raw frame, in pixels"),
  "x-frame-height": z.string().optional().describe("Of a raw frame, in pixels"),
});

/**
 * `image/jpeg` and `image/png` carry their own size; `application/octet-stream` is a raw frame and needs
 * `X-Frame-Format` (rgb8, rgba8, gray8), `X-Frame-Width` and `X-Frame-Height` in pixels.
 *
 * @throws {HttpProblem}
 */
export async function readFrame(request: Request, limits: BodyLimits): Promise<Frame> {
  const type = (request.headers.get("content-type") ?? "").replace(/;.*/, "").trim().toLowerCase();
  if (ENCODED_TYPES.includes(type)) {
    return { format: "encoded", bytes: await readBody(request, limits) };
  }
  if (type !== RAW_TYPE) {
    throw new HttpProblem(
      "unsupported-media-type",
      `Content-Type is "${type}", must be one of ${FRAME_TYPES.join(", ")}`,
      { accept: FRAME_TYPES.join(", ") },
    );
  }
  const format = readFormat(request);
  const [width, height] = [readSide(request, "X-Frame-Width"), readSide(request, "X-Frame-Height")];
  return { format, width, height, bytes: await readBody(request, limits) };
}

function readFormat(request: Request): FrameFormat {
  const value = request.headers.get("x-frame-format");
  const format = RAW_FORMATS.find((known) => known === value);
  if (format) return format;
  throw new HttpProblem(
    "unsupported-format",
    `X-Frame-Format is ${value === null ? "missing" : `"${value}"`}, must be one of ${
      RAW_FORMATS.join(", ")
    }`,
  );
}

function readSide(request: Request, header: string): number {
  const value = request.headers.get(header);
  if (value !== null && SIDE.test(value)) return Number(value);
  const is = value === null ? "missing" : `"${value}"`;
  throw new HttpProblem(
    "size-missing",
    `${header} is ${is}, must be a whole number of pixels from 1`,
  );
}
