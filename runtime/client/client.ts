// The client for Deno, browsers and Node: only web standards, no dependency. One frame by HTTP here;
// streams in stream_client.ts and, with reconnect, reconnecting_stream.ts; watching a stream in
// watch_client.ts; verdicts in follow_events.ts.

import type { Frame } from "../frame.ts";
import type { Region, StageTimes, Verdict } from "../reply.ts";
import { problemError } from "./errors.ts";

export { ProblemError, StreamClosedError } from "./errors.ts";
export { type BackoffOptions } from "./backoff.ts";
export { followEvents, type FollowEventsOptions } from "./follow_events.ts";
export {
  type ConnectionChange,
  type LostFrame,
  type ReconnectingOptions,
  ReconnectingStream,
  type SendResult,
  type UnsentFrame,
} from "./reconnecting_stream.ts";
export { StreamClient, type StreamOptions } from "./stream_client.ts";
export { WatchClient, type WatchOptions } from "./watch_client.ts";
export type { EventMessage, Missed, VerdictEvent } from "../stream/events.ts";
export type { DoneReply, MissedReply, StreamReply } from "../stream/reply_protocol.ts";

/** The JSON answer of `POST /v1/models/{name}/segment`. Boxes and areas are in the frame's pixels. */
export interface SegmentReply {
  readonly model: {
    readonly name: string;
    readonly version: string;
    readonly variant: string;
    readonly provider: string;
  };
  readonly frame: { readonly width: number; readonly height: number };
  readonly verdict: Verdict;
  /** Highest score of the map, 0..1. */
  readonly score: number;
  readonly threshold: number;
  readonly minRegionScore: number;
  readonly regions: readonly Region[];
  /** Run lengths, row by row, zeros first; `size` is [height, width] of the network's map. */
  readonly mask: {
    readonly encoding: "rle";
    readonly size: readonly [number, number];
    readonly counts: readonly number[];
  };
  readonly times: StageTimes;
}

export interface SegmentOptions {
  /** @default the newest */
  readonly version?: string;
  /** Milliseconds that the server may take once it has the frame; then the error's code is "expired". */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Bearer token with role "stream", where the server asks for one. */
  readonly token?: string;
}

/**
 * Segments one frame.
 *
 * @param server URL of the server, e.g. "http://127.0.0.1:8780".
 * @throws {ProblemError} when the server refuses the frame.
 */
export async function segment(
  server: string | URL,
  model: string,
  frame: Frame,
  { version, deadlineMs, signal, token }: SegmentOptions = {},
): Promise<SegmentReply> {
  const url = new URL(`/v1/models/${encodeURIComponent(model)}/segment`, server);
  if (version !== undefined) url.searchParams.set("version", version);
  const response = await fetch(url, {
    method: "POST",
    headers: {
      accept: "application/json",
      ...frameHeaders(frame),
      ...(deadlineMs === undefined ? {} : { "x-deadline-ms": String(deadlineMs) }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: frame.bytes as Uint8Array<ArrayBuffer>,
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw await problemError(response);
  return await response.json() as SegmentReply;
}

function frameHeaders({ format, bytes, width, height }: Frame): Record<string, string> {
  if (format === "encoded") {
    return { "content-type": bytes[0] === 0x89 ? "image/png" : "image/jpeg" };
  }
  return {
    "content-type": "application/octet-stream",
    "x-frame-format": format,
    "x-frame-width": String(width),
    "x-frame-height": String(height),
  };
}
