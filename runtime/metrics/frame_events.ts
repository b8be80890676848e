// Makes the observer's events: from a stream's reply, and around the work for a frame in a request.

import type { StageTimes } from "../reply.ts";
import { problemOf, PROBLEMS } from "../server/problem.ts";
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

/** A frame or an input of a request, and what came of it. */
export interface RequestResult {
  readonly model: Model;
  /** Highest score of each map. */
  readonly scores: readonly number[];
  readonly times: StageTimes & { readonly waitMs: number; readonly totalMs: number };
}

/**
 * Does the work of a request, and tells what became of each of its frames: "refused" when the caller can mend
 * it or come again (4xx, 503), "expired" after its deadline, "dropped" when the caller has left, else "failed".
 *
 * @param options.model whose failure it is until the work says otherwise.
 * @param options.count frames, or inputs, that fail together.
 */
export async function observeRequest<T extends RequestResult>(
  observer: Observer,
  options: { readonly model: Model; readonly count: number; readonly signal: AbortSignal },
  work: (failed: (by: Model) => void) => Promise<T>,
): Promise<T> {
  let { model } = options;
  let result: T;
  try {
    result = await work((by) => model = by);
  } catch (error) {
    const event = eventOfError(keyOf(model), error, options.signal);
    for (let frame = 0; frame < options.count; frame++) observer.onFrame?.(event);
    throw error;
  }
  const { times } = result;
  for (const score of result.scores) {
    observer.onFrame?.({ model: keyOf(result.model), outcome: "done", score, times });
  }
  return result;
}

function eventOfError(model: Model, error: unknown, signal: AbortSignal): FrameEvent {
  if (signal.aborted && error === signal.reason) {
    return { model, outcome: "dropped", code: "abandoned" };
  }
  const { code } = problemOf(error);
  if (code === "expired") return { model, outcome: "expired", code };
  const { status } = PROBLEMS[code];
  return { model, outcome: status < 500 || status === 503 ? "refused" : "failed", code };
}

/** Only what names a model: an event must not hold a whole card. */
function keyOf({ name, version }: Model): Model {
  return { name, version };
}
