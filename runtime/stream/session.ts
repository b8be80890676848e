// One open stream: frames in, exactly one reply for each, the newest waiting frame wins. Knows the lane
// only through the model service, and the socket only as `send` and `unread`.

import { FrameError, type FrameLimits, parseFrame } from "../frame.ts";
import type { Logger } from "../log/logger.ts";
import type { ModelService } from "../server/model_service.ts";
import { isInternal, problemOf } from "../server/problem.ts";
import { type Counters, createAccounting, type Outcome } from "./accounting.ts";
import type { Clock } from "./clock.ts";
import { createLatestSlot } from "./latest_slot.ts";
import type { FrameMessage } from "./protocol.ts";
import type { DoneReply, StreamReply } from "./reply_protocol.ts";
import type { Source } from "./scheduler.ts";
import { viewPicture } from "./view_picture.ts";
import type { Views } from "./views.ts";

export interface SessionOptions {
  readonly name: string;
  readonly service: ModelService;
  readonly want: { readonly mask: boolean; readonly map: boolean };
  readonly limits: FrameLimits;
  readonly views: Views;
  readonly clock: Clock;
  readonly log: Logger;
  send(reply: StreamReply): void;
  /** Whether the client leaves too many replies unread: new frames are refused then. */
  congested(): boolean;
  /** For one more frame: 0, or the ms that the client should wait. */
  frameBudget(): number;
}

export interface Session {
  frame(message: FrameMessage): void;
  counters(): Counters;
  /** Refuses what comes from now on; resolves when nothing is in flight. */
  drain(): Promise<void>;
  /** The client is gone: what waits is dropped. */
  abandon(): void;
}

interface Waiting {
  readonly message: FrameMessage;
  readonly arrivedMs: number;
}

export function createSession(options: SessionOptions): Session {
  const { name, service, want, limits, views, clock, log } = options;
  const accounting = createAccounting();
  const slot = createLatestSlot<Waiting>();
  const drained = Promise.withResolvers<void>();
  let draining = false;

  const source: Source = {
    get waiting() {
      return slot.waiting;
    },
    next() {
      const waiting = slot.take();
      return waiting && (() => answer(waiting));
    },
  };

  async function answer({ message, arrivedMs }: Waiting): Promise<void> {
    const { sequence, capturedMs, format, width, height, bytes } = message;
    const takenMs = clock.now();
    const watched = views.watched(name);
    const picture = watched ? viewPicture(message) : undefined; // the lane takes the frame's buffer away
    try {
      const result = await service.lane().segment({ format, width, height, bytes }, {
        map: want.map || watched,
      });
      const answeredMs = clock.now();
      const times = {
        ...result.times,
        waitMs: takenMs - arrivedMs,
        totalMs: answeredMs - arrivedMs,
      };
      accounting.settled("done");
      const { frame, verdict, score, threshold, minRegionScore, regions, mask } = result;
      const done: DoneReply = {
        ...{ outcome: "done", sequence, capturedMs, counters: accounting.counters() },
        ...{ frame, verdict, score, threshold, minRegionScore, regions, times },
      };
      const map = result.map && { width: mask.width, height: mask.height, data: result.map };
      options.send({
        ...done,
        ...(want.mask ? { mask } : {}),
        ...(want.map && map ? { map } : {}),
      });
      if (watched) {
        const reply = { ...done, mask, ...(map ? { map } : {}) };
        views.publish(name, { reply, answeredMs, ...(picture ? { picture } : {}) });
      }
    } catch (error) {
      const problem = problemOf(error);
      if (isInternal(problem)) {
        log.error(`stream "${name}": ${error instanceof Error ? error.stack : error}`);
      }
      miss(message, "failed", problem);
    } finally {
      settle();
    }
  }

  function miss(
    { sequence, capturedMs }: FrameMessage,
    outcome: Exclude<Outcome, "done">,
    { code, detail }: { code: string; detail: string },
  ): void {
    accounting.settled(outcome);
    const error = { code, message: detail };
    const reply: StreamReply = {
      ...{ outcome, sequence, capturedMs, error },
      counters: accounting.counters(),
    };
    options.send(reply);
    if (outcome !== "dropped") views.publish(name, { reply, answeredMs: clock.now() });
  }

  function settle(): void {
    if (draining && accounting.counters().inFlight === 0) drained.resolve();
  }

  return {
    frame(message) {
      accounting.received();
      const refuse = (code: string, detail: string) => miss(message, "refused", { code, detail });
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
      const replaced = slot.put({ message, arrivedMs: clock.now() });
      if (replaced) {
        miss(replaced.message, "dropped", { code: "replaced", detail: "a newer frame came" });
      }
      service.scheduler.ready(source);
    },
    counters: () => accounting.counters(),
    drain() {
      draining = true;
      settle();
      return drained.promise;
    },
    abandon() {
      const left = slot.take();
      if (left) miss(left.message, "dropped", { code: "abandoned", detail: "the client left" });
      settle();
    },
  };
}
