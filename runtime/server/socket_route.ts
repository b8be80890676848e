// Turns a request into a WebSocket, or refuses it, and keeps it in reach of a stop. Knows nothing of streams.

import { CLOSE_CODES } from "../stream/close_codes.ts";
import type { Connection } from "../stream/connection.ts";
import { chooseSubprotocol, SUBPROTOCOL, SUBPROTOCOLS } from "../stream/protocol.ts";
import type { Handshake } from "../websocket/protocol.ts";
import type { ServerSocket } from "../websocket/web_socket.ts";
import { HttpProblem } from "./problem.ts";
import { within } from "./within.ts";

/** For the other side to answer a close (RFC 6455, section 7.1.2). */
const CLOSE_TIMEOUT_MS = 1000;

export interface SocketDeps {
  /** Answers the handshake of a request. Undefined when its connection had to be cut instead. */
  upgrade(request: Request, handshake: Handshake): ServerSocket | undefined;
  /** Sockets and event streams that are open. */
  readonly connections: Set<Connection>;
  /** Calls `end` once the token of a request is no longer good for it; the returned function ends the looking. */
  onRevoked(request: Request, end: () => void): () => void;
}

/**
 * Accepts a WebSocket and its sub-protocol. Without the sub-protocol it is accepted and closed as
 * "wrongSubprotocol", since a browser shows its page no answer but a close code. A page of another origin is
 * refused before, since browsers let every page connect to every address (RFC 6455, section 10.2).
 *
 * @throws {HttpProblem} "upgrade-required", "foreign-origin" or "bad-request".
 */
export function socketRoute(
  request: Request,
  { upgrade, connections, onRevoked }: SocketDeps,
  accept: (socket: ServerSocket) => Connection,
): Response {
  const key = checkUpgrade(request);
  const protocol = chooseSubprotocol(request.headers.get("sec-websocket-protocol"));
  const socket = upgrade(request, { key, protocol });
  if (socket === undefined) return SWITCHED();
  if (protocol === undefined) {
    const known = SUBPROTOCOLS.join(" or ");
    socket.close(CLOSE_CODES.wrongSubprotocol, `offer the sub-protocol ${known}`);
    return SWITCHED();
  }
  const closed = Promise.withResolvers<void>();
  const connection = accept(socket);
  const release = onRevoked(
    request,
    () => connection.end("tokenRevoked", "the token is no longer good for this"),
  );
  const tracked: Connection = {
    ...connection,
    async stop() {
      await connection.stop();
      await within(CLOSE_TIMEOUT_MS, closed.promise);
    },
  };
  connections.add(tracked);
  socket.listen({
    closed() {
      release();
      connections.delete(tracked);
      closed.resolve();
    },
  });
  return SWITCHED();
}

/** For those who count answers: the client has its own already, and a Response cannot be made with this status. */
const SWITCHED = () => Object.defineProperty(new Response(), "status", { value: 101 });

const VERSION = "13";
/** What a client that speaks something else should speak (RFC 6455, section 4.4). */
const UPGRADE = { upgrade: "websocket", "sec-websocket-version": VERSION };

/** The key is 16 bytes in base64 (RFC 6455, section 4.1). */
const SOCKET_KEY = /^[A-Za-z0-9+/]{22}==$/;

/** @returns the key. */
function checkUpgrade(request: Request): string {
  const version = request.headers.get("sec-websocket-version");
  const isAsked = tokensOf(request, "upgrade").includes("websocket");
  if (!isAsked || version !== null && version !== VERSION) {
    const detail = `Connect with a WebSocket, version ${VERSION}, sub-protocol ${SUBPROTOCOL}`;
    throw new HttpProblem("upgrade-required", detail, UPGRADE);
  }
  const origin = request.headers.get("origin");
  const host = request.headers.get("host");
  if (origin !== null && URL.parse(origin)?.host !== host) {
    throw new HttpProblem("foreign-origin", `Origin is "${origin}", this server is "${host}"`);
  }
  const key = request.headers.get("sec-websocket-key") ?? "";
  if (
    request.method !== "GET" || !tokensOf(request, "connection").includes("upgrade") ||
    version === null || !SOCKET_KEY.test(key)
  ) {
    const detail = "The handshake must be a GET with Connection, Sec-WebSocket-Key and -Version 13";
    throw new HttpProblem("bad-request", detail, { "sec-websocket-version": VERSION });
  }
  return key;
}

/** Of a header that is a list, whatever their case (RFC 9110, sections 7.6.1, 7.8). */
function tokensOf({ headers }: Request, name: string): string[] {
  return headers.get(name)?.toLowerCase().split(",").map((token) => token.trim()) ?? [];
}
