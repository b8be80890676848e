// Verdicts as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): each
// reader pulls from the history, so a slow one holds nothing up.

import { ServerSentEventStream } from "@std/http/server-sent-event-stream";
import { z } from "zod";
import type { Clock } from "../stream/clock.ts";
import type { Connection } from "../stream/connection.ts";
import type { EventMessage, EventReader, Events } from "../stream/events.ts";
import { STREAM_NAME } from "../stream/hello.ts";
import { UnavailableError } from "./model_service.ts";
import { type Answer, type Route, route } from "./route.ts";
import type { SocketDeps } from "./socket_route.ts";

export interface EventDeps extends Pick<SocketDeps, "connections" | "onRevoked"> {
  readonly events: Events;
  readonly clock: Clock;
  readonly maxReaders: number;
}

/** A comment after this time without an event: proxies cut silent connections, often after 60 s. */
const KEEP_ALIVE_MS = 15_000;
/** What a browser waits before it connects again. */
const RETRY_MS = 2000;

const LAST_EVENT_ID = z.object({
  "last-event-id": z.string().max(128).optional().describe("Goes on behind this event"),
});
const ANSWERS: Readonly<Record<number, Answer>> = {
  200: {
    description: "Events `verdict` and `missed`, until the reader leaves",
    content: { "text/event-stream": "binary" },
  },
};

export function eventRoutes(deps: EventDeps): Route[] {
  return [
    route({
      ...{ method: "GET", path: "/v1/events", tag: "events" },
      summary: "Verdicts of all streams, as they come",
      headers: LAST_EVENT_ID,
      answers: ANSWERS,
      problems: ["overloaded"],
      handle: ({ request, headers }) => follow(request, deps, undefined, headers["last-event-id"]),
    }),
    route({
      ...{ method: "GET", path: "/v1/streams/{stream}/events", tag: "events" },
      summary: "Verdicts of one stream, as they come; it need not be open yet",
      params: z.object({ stream: z.string().regex(STREAM_NAME) }),
      headers: LAST_EVENT_ID,
      answers: ANSWERS,
      problems: ["overloaded"],
      handle: ({ request, params, headers }) =>
        follow(request, deps, params.stream, headers["last-event-id"]),
    }),
  ];
}

function follow(
  request: Request,
  { events, clock, connections, onRevoked, maxReaders }: EventDeps,
  stream: string | undefined,
  after: string | undefined,
): Response {
  const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
  if (request.method === "HEAD") return new Response(null, { headers });
  if (events.readers >= maxReaders) {
    throw new UnavailableError("overloaded", `${maxReaders} readers follow events, the limit`);
  }
  const reader = events.follow({
    ...(stream === undefined ? {} : { stream }),
    ...(after === undefined ? {} : { after }),
  });
  const connection: Connection = {
    stop: () => Promise.resolve(reader.close()),
    end: () => reader.close(),
  };
  connections.add(connection);
  const release = onRevoked(request, () => reader.close());
  function end(): void {
    release();
    reader.close();
    connections.delete(connection);
  }
  const { begins } = reader;
  const next = nextOf(reader, clock);
  const body = new ReadableStream({
    start: (controller) =>
      controller.enqueue({ retry: RETRY_MS, ...(begins === undefined ? {} : { id: begins }) }),
    async pull(controller) {
      const message = await next();
      if (message !== undefined) return controller.enqueue(message);
      end();
      controller.close();
    },
    cancel: end,
  }, { highWaterMark: 0 });
  return new Response(body.pipeThrough(new ServerSentEventStream()), { headers });
}

/** Gives the next thing to write, or undefined when the reader is closed. */
function nextOf(reader: EventReader, clock: Clock): () => Promise<object | undefined> {
  let wake = () => {};
  let waiting = false;

  /** The wait for a change outlives silences: a new one after each would pile up. */
  function awaitChange(): void {
    if (waiting) return;
    waiting = true;
    reader.changed().then(() => {
      waiting = false;
      wake();
    });
  }

  return async () => {
    let silent = false;
    const cancel = clock.after(KEEP_ALIVE_MS, () => {
      silent = true;
      wake();
    });
    try {
      while (!reader.closed) {
        const message = reader.take();
        if (message) return toEvent(message);
        if (silent) return { comment: " keep-alive" };
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        awaitChange();
        await promise;
      }
      return undefined;
    } finally {
      cancel();
    }
  };
}

function toEvent(message: EventMessage): object {
  if (message.kind === "missed") {
    return { event: "missed", data: JSON.stringify(message.missed) };
  }
  const { id } = message.event;
  return { event: "verdict", id, data: JSON.stringify(message.event) };
}
