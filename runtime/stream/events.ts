// Tells verdicts to those who follow them: one bounded history for all, in which each reader has its place.
// A reader that falls out of it is told how much it missed. Knows nothing of HTTP.

import type { Region, Verdict } from "../reply.ts";
import type { StreamReply } from "./reply_protocol.ts";

/** One answered frame of a stream. */
export interface VerdictEvent {
  /** Names the event; a reader goes on behind it. */
  readonly id: string;
  readonly stream: string;
  readonly model: { readonly name: string; readonly version: string };
  readonly sequence: number;
  readonly capturedMs: number;
  readonly verdict: Verdict;
  readonly score: number;
  readonly threshold: number;
  /** The largest, at most {@linkcode MAX_REGIONS}. */
  readonly regions: readonly Region[];
  /** How many the reply has. */
  readonly regionCount: number;
}

/**
 * What a reader has not got:
 * - "slow-reader": it took events too slowly; `count` is exact
 * - "history": it comes back too late; `count` has the events of all streams, null for a reader of one stream
 * - "restart": it comes back to another run of the server, or with an id that is none; `count` is null
 */
export interface Missed {
  readonly reason: "slow-reader" | "history" | "restart";
  readonly count: number | null;
}

export type EventMessage =
  | { readonly kind: "verdict"; readonly event: VerdictEvent }
  | { readonly kind: "missed"; readonly missed: Missed };

export interface EventReader {
  /**
   * Id of the place where it begins, for a reader that comes back before its first event. Undefined when it has
   * missed something: that has to be told first.
   */
  readonly begins: string | undefined;
  /** The next message, or undefined when there is none yet. */
  take(): EventMessage | undefined;
  /** Resolves when there may be one, or the reader is closed. */
  changed(): Promise<void>;
  readonly closed: boolean;
  close(): void;
}

export interface FollowOptions {
  /** @default all streams */
  readonly stream?: string;
  /** Id of the last event that the reader has. @default only what comes from now on */
  readonly after?: string;
}

export interface Events {
  readonly readers: number;
  publish(stream: string, model: VerdictEvent["model"], reply: StreamReply): void;
  follow(options?: FollowOptions): EventReader;
}

/** A frame of noise may have thousands of regions; the history must stay small. */
export const MAX_REGIONS = 64;

export interface EventsOptions {
  /** Names this run of the server in ids. @default random */
  readonly run?: string;
  /** Events that are kept. @default {1024} */
  readonly history?: number;
}

interface Reader {
  readonly stream: string | undefined;
  /** Number of the last event that it has taken, or skipped. */
  place: number;
  /** Events that left the history before it took them. */
  missed: number;
  wake(): void;
}

export function createEvents(options: EventsOptions = {}): Events {
  const { run = crypto.randomUUID().slice(0, 8), history = 1024 } = options;
  const kept: VerdictEvent[] = [];
  const readers = new Set<Reader>();
  let newest = 0;

  const idOf = (number: number) => `${run}-${number}`;
  const oldest = () => newest - kept.length + 1;
  const wants = ({ stream }: Pick<Reader, "stream">, event: VerdictEvent) =>
    stream === undefined || stream === event.stream;

  function forgetOldest(): void {
    const number = oldest();
    const event = kept.shift()!;
    for (const reader of readers) {
      if (reader.place < number && wants(reader, event)) reader.missed++;
    }
  }

  /** Where a reader that comes with an id goes on, and what it has missed. */
  function resume({ after, stream }: FollowOptions): { place: number; missed?: Missed } {
    if (after === undefined) return { place: newest };
    const [, of, digits] = after.match(/^(.{1,64})-(\d{1,15})$/) ?? [];
    const number = Number(digits);
    if (of !== run || number > newest) {
      return { place: oldest() - 1, missed: { reason: "restart", count: null } };
    }
    const gone = oldest() - 1 - number;
    if (gone <= 0) return { place: number };
    const count = stream === undefined ? gone : null;
    return { place: oldest() - 1, missed: { reason: "history", count } };
  }

  return {
    get readers() {
      return readers.size;
    },
    publish(stream, model, reply) {
      if (reply.outcome !== "done") return;
      const { sequence, capturedMs, verdict, score, threshold, regions } = reply;
      if (kept.length === history) forgetOldest();
      newest++;
      kept.push({
        ...{
          id: idOf(newest),
          stream,
          model,
          sequence,
          capturedMs,
          verdict,
          score,
          threshold,
        },
        regions: regions.slice(0, MAX_REGIONS),
        regionCount: regions.length,
      });
      for (const reader of readers) reader.wake();
    },
    follow(follow = {}) {
      const { stream } = follow;
      const start = resume(follow);
      let first = start.missed;
      let changed = Promise.withResolvers<void>();
      const reader: Reader = {
        ...{ stream, place: start.place, missed: 0 },
        wake: () => changed.resolve(),
      };
      readers.add(reader);
      return {
        begins: first ? undefined : idOf(start.place),
        take() {
          if (first) {
            const missed = first;
            first = undefined;
            return { kind: "missed", missed };
          }
          if (reader.missed > 0) {
            const missed: Missed = { reason: "slow-reader", count: reader.missed };
            reader.missed = 0;
            return { kind: "missed", missed };
          }
          for (reader.place = Math.max(reader.place, oldest() - 1); reader.place < newest;) {
            reader.place++;
            const event = kept[reader.place - oldest()]!;
            if (wants(reader, event)) return { kind: "verdict", event };
          }
          return undefined;
        },
        async changed() {
          await changed.promise;
          if (readers.has(reader)) changed = Promise.withResolvers();
        },
        get closed() {
          return !readers.has(reader);
        },
        close() {
          readers.delete(reader);
          reader.wake();
        },
      };
    },
  };
}
