// Opening a WebSocket of the server and waiting for its first message. Loads in a browser.

import { SUBPROTOCOL } from "../stream/protocol.ts";
import { StreamClosedError } from "./errors.ts";

/** "http://host" + "/v1/stream" → "ws://host/v1/stream"; ws and wss URLs stay what they are. */
export function socketUrl(server: string | URL, path: string): URL {
  const url = new URL(path, server);
  if (url.protocol.startsWith("http")) url.protocol = url.protocol.replace("http", "ws");
  return url;
}

/** Resolves when the socket is open. Aborting closes it, now or later. @throws {StreamClosedError} */
export async function openSocket(url: URL, signal?: AbortSignal): Promise<WebSocket> {
  signal?.throwIfAborted();
  const socket = new WebSocket(url, SUBPROTOCOL);
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
