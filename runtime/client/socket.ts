// Opening a WebSocket of the server and waiting for its first message. Loads in a browser.

import { BEARER_SUBPROTOCOL } from "../auth/bearer.ts";
import { SUBPROTOCOL } from "../stream/protocol.ts";
import { StreamClosedError } from "./errors.ts";

/** "http://host" + "/v1/stream" → "ws://host/v1/stream"; ws and wss URLs stay what they are. */
export function socketUrl(server: string | URL, path: string): URL {
  const url = new URL(path, server);
  if (url.protocol.startsWith("http")) url.protocol = url.protocol.replace("http", "ws");
  return url;
}

/** What every socket of the server takes. */
export interface SocketOptions {
  /** Closes it, now or later. */
  readonly signal?: AbortSignal | undefined;
  /** Where the server asks for one. It goes as a sub-protocol: a browser sets no header, and URLs end up in logs. */
  readonly token?: string | undefined;
}

/** Resolves when the socket is open. @throws {StreamClosedError} also when the token is refused, as 1006. */
export async function openSocket(
  url: URL,
  { signal, token }: SocketOptions = {},
): Promise<WebSocket> {
  signal?.throwIfAborted();
  const bearer = token === undefined ? [] : [`${BEARER_SUBPROTOCOL}${token}`];
  const socket = new WebSocket(url, [SUBPROTOCOL, ...bearer]);
  socket.binaryType = "arraybuffer";
  const abort = () => socket.close();
  signal?.addEventListener("abort", abort);
  socket.addEventListener("close", () => signal?.removeEventListener("abort", abort));
  await new Promise<void>((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    socket.addEventListener("open", () => resolve(), { once: true });
    socket.addEventListener("close", ({ code, reason }) => {
      reject(signal?.aborted ? signal.reason : new StreamClosedError(code, reason));
    }, { once: true });
  });
  return socket;
}
