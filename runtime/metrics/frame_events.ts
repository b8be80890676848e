// Makes the observer's events: from a stream's reply, and around the work for a frame in a request.

import type { Segmentation, StageTimes } from "../reply.ts";
import { problemOf, PROBLEMS } from "../server/problem.ts";
import type { Clock } from "../stream/clock.ts";
import type { StreamReply } from "../stream/reply_protocol.ts";
import type { FrameEvent, Observer } from "./observer.ts";

type Model = FrameEvent["model"];

/** A frame of a stream. */
export function eventOfReply(stream: string, model: Model, reply: StreamReply): FrameEvent {
  const { outcome } = reply;
  return outcome === "done"
    ? { model, stream, outcome, score: reply.score, times: reply.times }
    : { model, stream, outcome, code: reply.error.code };
}

/**
 * Does the work for a frame of a request, and tells what became of it: refused when the caller can mend it or
 * come again (4xx, 503), else failed. It waited for as long as no stage took.
 */
export async function observeRequest<T extends Pick<Segmentation, "score" | "times">>(
  { observer, clock }: { readonly observer: Observer; readonly clock: Clock },
  model: Model,
  work: () => Promise<T>,
): Promise<T> {
  const started = clock.now();
  try {
    const result = await work();
    const totalMs = clock.now() - started;
    const waitMs = Math.max(0, totalMs - sum(result.times));
    const times = { ...result.times, waitMs, totalMs };
    observer.onFrame?.({ model, outcome: "done", score: result.score, times });
    return result;
  } catch (error) {
    const { code } = problemOf(error);
    const { status } = PROBLEMS[code];
    const outcome = status < 500 || status === 503 ? "refused" : "failed";
    observer.onFrame?.({ model, outcome, code });
    throw error;
  }
}

function sum({ decodeMs, preprocessMs, runMs, postprocessMs, encodeMs }: StageTimes): number {
  return decodeMs + preprocessMs + runMs + postprocessMs + encodeMs;
}
