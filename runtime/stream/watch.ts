// The WebSocket of one viewer: it asks, it gets the newest view of its stream. It can slow nobody down.

import { CLOSE_CODES, type CloseName, closeReason } from "./close_codes.ts";
import type { ServerSocket } from "../websocket/web_socket.ts";
import type { Connection, ConnectionDeps } from "./connection.ts";
import { encodeView } from "./view_protocol.ts";
import type { Viewer } from "./views.ts";

const NEXT = `{"type":"next"}`;

/** Serves one viewer of `stream` on a socket that has just been accepted. */
export function acceptViewer(
  socket: ServerSocket,
  stream: string,
  { views, limits }: Pick<ConnectionDeps, "views" | "limits">,
): Connection {
  let viewer: Viewer | undefined;
  let ended = false;

  function end(name: CloseName, reason: string): void {
    if (ended) return;
    ended = true;
    viewer?.close();
    socket.close(CLOSE_CODES[name], closeReason(reason));
  }

  socket.listen({ closed: () => end("normal", "the viewer left") });
  if (views.viewers >= limits.maxViewers) {
    end("tooManyStreams", `${limits.maxViewers} viewers are connected, the limit`);
  } else {
    viewer = views.watch(stream, (view) => {
      const { bufferedBytes } = socket;
      if (bufferedBytes <= limits.maxBufferedBytes) return socket.send(encodeView(view));
      end("stalledReader", `${bufferedBytes} bytes of views are unread`);
    });
    socket.listen({
      message(data) {
        if (ended) return;
        if (data === NEXT) viewer?.next();
        else end("protocolViolation", `a viewer may only send ${NEXT}`);
      },
    });
  }
  return { stop: () => Promise.resolve(end("goingAway", "the server stops")), end };
}
