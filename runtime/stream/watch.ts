// The WebSocket of one viewer: it asks, it gets the newest view of its stream. It can slow nobody down.

import { CLOSE_CODES, type CloseName, closeReason } from "./close_codes.ts";
import type { Connection, ConnectionDeps, StreamSocket } from "./connection.ts";
import { encodeView } from "./view_protocol.ts";
import type { Viewer } from "./views.ts";

const NEXT = `{"type":"next"}`;

/** Serves one viewer of `stream` on a socket that has just been accepted. */
export function acceptViewer(
  socket: StreamSocket,
  stream: string,
  { views, limits }: Pick<ConnectionDeps, "views" | "limits">,
): Connection {
  let viewer: Viewer | undefined;
  let ended = false;

  function end(name: CloseName, reason: string): void {
    if (ended) return;
    ended = true;
    viewer?.close();
    if (socket.readyState <= WebSocket.OPEN) socket.close(CLOSE_CODES[name], closeReason(reason));
  }

  socket.binaryType = "arraybuffer";
  socket.addEventListener("close", () => end("normal", "the viewer left"));
  socket.addEventListener("error", () => end("normal", "the connection broke"));
  if (views.viewers >= limits.maxViewers) {
    end("tooManyStreams", `${limits.maxViewers} viewers are connected, the limit`);
  } else {
    viewer = views.watch(stream, (view) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(encodeView(view));
    });
    socket.addEventListener("message", (event) => {
      if (ended) return;
      if ((event as MessageEvent<unknown>).data === NEXT) viewer?.next();
      else end("protocolViolation", `a viewer may only send ${NEXT}`);
    });
  }
  return { stop: () => Promise.resolve(end("goingAway", "the server stops")), end };
}
