// One open stream: frames in, exactly one reply for each. Knows the lanes only through the model service, and
// the socket only as `send` and `congested`.

import type { Card } from "../../models/card.ts";
import { FrameError, type FrameLimits, parseFrame } from "../frame.ts";
import type { Logger } from "../log/logger.ts";
import type { ModelService } from "../server/model_service.ts";
import { isInternal, problemOf } from "../server/problem.ts";
import { type Counters, createAccounting, type Outcome } from "./accounting.ts";
import type { Clock } from "./clock.ts";
import type { FrameMessage } from "./protocol.ts";
import type { DoneReply, StreamReply } from "./reply_protocol.ts";
import type { SourceOptions } from "./scheduler.ts";
import type { End } from "./ticket.ts";
import type { Message } from "../websocket/message_reader.ts";
import { viewPicture } from "./view_picture.ts";
import type { ViewPicture } from "./view_protocol.ts";
import type { Views } from "./views.ts";

export interface SessionOptions {
  readonly name: string;
  readonly service: ModelService;
  readonly source: SourceOptions;
  /** For each frame, from its arrival. */
  readonly deadlineMs: number | undefined;
  readonly want: { readonly mask: boolean; readonly map: boolean };
  readonly limits: FrameLimits;
  readonly views: Views;
  readonly clock: Clock;
  readonly log: Logger;
  /** @param by the version that answered; the serving one where the frame never had its turn */
  send(reply: StreamReply, by: Card): void;
  /** Whether the client leaves too many replies unread: new frames are refused then. */
  congested(): boolean;
  /** For one more frame: 0, or the ms that the client should wait. */
  frameBudget(): number;
}

/** The message that a frame came in. */
export type FrameSource = Pick<Message, "unmask" | "giveBack">;

export interface Session {
  /** Frames that wait for their turn. */
  readonly waiting: number;
  /** Takes a frame in, and gives its bytes back unless a lane gets them. */
  frame(message: FrameMessage, source: FrameSource): void;
  counters(): Counters;
  /** Refuses what comes from now on; resolves when nothing is in flight. */
  drain(): Promise<void>;
  /** The stream ends: what waits or runs is dropped. */
  abandon(): void;
}

export function createSession(options: SessionOptions): Session {
  const { name, service, deadlineMs, want, limits, views, clock, log } = options;
  const accounting = createAccounting();
  const source = service.source(options.source);
  const drained = Promise.withResolvers<void>();
  let draining = false;

  function enter(message: FrameMessage, { unmask, giveBack }: FrameSource): void {
    const { format, width, height, bytes } = message;
    const arrivedMs = clock.now();
    let taken = false;
    let watched = false;
    let picture: ViewPicture | undefined;
    source.offer({
      bytes: bytes.length,
      deadlineMs,
      job() {
        taken = true;
        unmask();
        watched = views.watched(name);
        picture = watched ? viewPicture(message) : undefined; // the lane takes the frame's buffer away
        const frame = { format, width, height, bytes };
        return { frame, want: { map: want.map || watched }, returned: giveBack };
      },
      ended(end) {
        if (end.outcome === "done") answer(message, end, arrivedMs, { watched, picture });
        else miss(message, end.outcome, explain(end), cardOf(end));
        if (!taken) giveBack();
        settle();
      },
    });
  }

  function answer(
    { sequence, capturedMs }: FrameMessage,
    { result: segmentation, waitMs, deployment }: End & { outcome: "done" },
    arrivedMs: number,
    { watched, picture }: { watched: boolean; picture: ViewPicture | undefined },
  ): void {
    const answeredMs = clock.now();
    const times = { ...segmentation.times, waitMs, totalMs: answeredMs - arrivedMs };
    accounting.settled("done");
    const { frame, verdict, score, threshold, minRegionScore, regions, mask } = segmentation;
    const done: DoneReply = {
      ...{ outcome: "done", sequence, capturedMs, counters: accounting.counters() },
      ...{ frame, verdict, score, threshold, minRegionScore, regions, times },
    };
    const map = segmentation.map && {
      ...{ width: mask.width, height: mask.height, data: segmentation.map },
    };
    const wanted = { ...(want.mask ? { mask } : {}), ...(want.map && map ? { map } : {}) };
    options.send({ ...done, ...wanted }, deployment.card);
    if (watched) {
      const reply = { ...done, mask, ...(map ? { map } : {}) };
      views.publish(name, { reply, answeredMs, ...(picture ? { picture } : {}) });
    }
  }

  function miss(
    { sequence, capturedMs }: FrameMessage,
    outcome: Exclude<Outcome, "done">,
    { code, detail }: { code: string; detail: string },
    by: Card,
  ): void {
    accounting.settled(outcome);
    const error = { code, message: detail };
    const reply: StreamReply = {
      ...{ outcome, sequence, capturedMs, error },
      counters: accounting.counters(),
    };
    options.send(reply, by);
    if (outcome !== "dropped") views.publish(name, { reply, answeredMs: clock.now() });
  }

  function cardOf(end: Exclude<End, { outcome: "done" }>): Card {
    return (end.outcome === "failed" && end.deployment?.card) || service.card;
  }

  /** What the client is told about a frame that has no segmentation. */
  function explain(end: Exclude<End, { outcome: "done" }>): { code: string; detail: string } {
    switch (end.outcome) {
      case "dropped":
        return end.code === "replaced"
          ? { code: end.code, detail: "a newer frame came" }
          : { code: end.code, detail: "the stream has ended" };
      case "expired":
        return { code: "expired", detail: `there was no answer within ${end.deadlineMs} ms` };
      case "refused":
        return end;
      case "failed": {
        const problem = problemOf(end.error);
        if (isInternal(problem)) {
          log.error(
            `stream "${name}": ${end.error instanceof Error ? end.error.stack : end.error}`,
          );
        }
        return problem;
      }
    }
  }

  function settle(): void {
    if (draining && accounting.counters().inFlight === 0) drained.resolve();
  }

  return {
    get waiting() {
      return source.waiting;
    },
    frame(message, source) {
      accounting.received();
      const refuse = (code: string, detail: string) => {
        miss(message, "refused", { code, detail }, service.card);
        source.giveBack();
      };
      if (draining) return refuse("closing", "the stream is closing and takes no more frames");
      if (options.congested()) return refuse("slow-reader", "too many replies are unread");
      const waitMs = options.frameBudget();
      if (waitMs > 0) {
        const detail = `too many frames in a time: wait ${Math.ceil(waitMs)} ms`;
        return refuse("rate-limited", detail);
      }
      try {
        parseFrame(message, limits);
      } catch (error) {
        if (error instanceof FrameError) return refuse(error.code, error.message);
        throw error;
      }
      enter(message, source);
    },
    counters: () => accounting.counters(),
    drain() {
      draining = true;
      settle();
      return drained.promise;
    },
    abandon: () => source.abandon(),
  };
}
