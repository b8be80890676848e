// Turns a request into a WebSocket, or refuses it, and keeps it in reach of a stop. Knows nothing of streams.

import { CLOSE_CODES } from "../stream/close_codes.ts";
import type { Connection, StreamSocket } from "../stream/connection.ts";
import { SUBPROTOCOL } from "../stream/protocol.ts";
import { HttpProblem } from "./problem.ts";
import { within } from "./within.ts";

/** Dead peers are noticed by ping after this many seconds. */
const IDLE_TIMEOUT_S = 30;

/** For the other side to answer a close (RFC 6455, section 7.1.2). */
const CLOSE_TIMEOUT_MS = 1000;

/**
 * Accepts a WebSocket and its sub-protocol. Without the sub-protocol it is accepted and closed as
 * "wrongSubprotocol", since a browser shows its page no answer but a close code. A page of another origin is
 * refused before, since browsers let every page connect to every address (RFC 6455, section 10.2).
 *
 * @param connections holds the socket until it is closed.
 * @throws {HttpProblem} "upgrade-required" or "foreign-origin".
 */
export function socketRoute(
  request: Request,
  connections: Set<Connection>,
  accept: (socket: StreamSocket) => Connection,
): Response {
  checkUpgrade(request);
  const protocols = request.headers.get("sec-websocket-protocol")?.split(/\s*,\s*/) ?? [];
  const offered = protocols.includes(SUBPROTOCOL);
  const { socket, response } = Deno.upgradeWebSocket(request, {
    idleTimeout: IDLE_TIMEOUT_S,
    ...(offered ? { protocol: SUBPROTOCOL } : {}),
  });
  socket.addEventListener("open", () => {
    if (!offered) {
      return socket.close(CLOSE_CODES.wrongSubprotocol, `offer the sub-protocol ${SUBPROTOCOL}`);
    }
    const connection = accept(socket);
    const closed = new Promise<void>((resolve) => {
      socket.addEventListener("close", () => resolve());
    });
    const tracked: Connection = {
      async stop() {
        await connection.stop();
        await within(CLOSE_TIMEOUT_MS, closed);
      },
    };
    connections.add(tracked);
    closed.then(() => connections.delete(tracked));
  });
  return response;
}

function checkUpgrade(request: Request): void {
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    const detail = `Connect with a WebSocket, sub-protocol ${SUBPROTOCOL}`;
    throw new HttpProblem("upgrade-required", detail, { upgrade: "websocket" });
  }
  const origin = request.headers.get("origin");
  const host = request.headers.get("host");
  if (origin !== null && URL.parse(origin)?.host !== host) {
    throw new HttpProblem("foreign-origin", `Origin is "${origin}", this server is "${host}"`);
  }
}
