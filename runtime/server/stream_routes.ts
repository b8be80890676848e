// Which streams are open, and the sockets of streams and of their viewers.

import { z } from "zod";
import { acceptStream, type ConnectionDeps } from "../stream/connection.ts";
import { STREAM_NAME } from "../stream/hello.ts";
import { acceptViewer } from "../stream/watch.ts";
import type { ProblemCode } from "./problem.ts";
import { type Answer, type Route, route } from "./route.ts";
import { streamList } from "./schemas.ts";
import { type SocketDeps, socketRoute } from "./socket_route.ts";

const SWITCHING: Readonly<Record<number, Answer>> = {
  101: { description: "A WebSocket, sub-protocol lineside.v1 (PROTOCOL.md)" },
};
const SOCKET_PROBLEMS: readonly ProblemCode[] = [
  ...["bad-request", "upgrade-required", "foreign-origin"] as const,
];

export interface StreamDeps extends Omit<ConnectionDeps, "frameBudget">, SocketDeps {
  /** For each further frame of the stream that a request opens: 0, or the ms to wait. */
  frameBudget(request: Request): () => number;
}

export function streamRoutes(deps: StreamDeps): Route[] {
  return [
    route({
      ...{ method: "GET", path: "/v1/streams", tag: "streams" },
      summary: "The streams that are open, with their counters",
      answers: {
        200: {
          description: "The streams",
          content: { "application/json": streamList },
        },
      },
      handle() {
        const streams = deps.streams.list().map(({ waiting, counters, ...stream }) => ({
          ...{ ...stream, waiting: waiting(), counters: counters() },
        }));
        const requests = deps.models.list().map(({ card: { name, version }, requests }) => ({
          ...{ model: { name, version }, counters: requests() },
        }));
        return Response.json({ streams, requests });
      },
    }),
    route({
      ...{ method: "GET", path: "/v1/stream", tag: "streams" },
      summary: "WebSocket: a stream of frames",
      answers: SWITCHING,
      problems: SOCKET_PROBLEMS,
      handle: ({ request }) =>
        socketRoute(request, deps, (socket) => {
          return acceptStream(socket, { ...deps, frameBudget: deps.frameBudget(request) });
        }),
    }),
    route({
      ...{ method: "GET", path: "/v1/watch/{stream}", tag: "streams" },
      summary: "WebSocket: views of a stream",
      params: z.object({ stream: z.string().regex(STREAM_NAME) }),
      answers: SWITCHING,
      problems: SOCKET_PROBLEMS,
      handle: ({ request, params }) =>
        socketRoute(request, deps, (socket) => acceptViewer(socket, params.stream, deps)),
    }),
  ];
}
