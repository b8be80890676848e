// Opening a WebSocket of the server and waiting for its first message. Loads in a browser.

import { BEARER_SUBPROTOCOL } from "../auth/bearer.ts";
import { SUBPROTOCOL } from "../stream/protocol.ts";
import { problemError, StreamClosedError } from "./errors.ts";

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

/** For the server's word on why it let no socket open, in ms. */
const REASON_TIMEOUT_MS = 5000;

/**
 * Resolves when the socket is open.
 *
 * @throws {ProblemError} status 401 or 403 when the server refuses the token.
 * @throws {StreamClosedError} when it does not open for another reason.
 */
export async function openSocket(
  url: URL,
  { signal, token }: SocketOptions = {},
): Promise<WebSocket> {
  signal?.throwIfAborted();
  const bearer = token === undefined ? [] : [`${BEARER_SUBPROTOCOL}${token}`];
  const socket = new WebSocket(url, [SUBPROTOCOL, ...bearer]);
  socket.binaryType = "arraybuffer";
  const closed = await new Promise<CloseEvent | undefined>((resolve, reject) => {
    const abort = () => {
      socket.close();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    socket.addEventListener("open", () => resolve(undefined), { once: true });
    // The signal may live much longer than the socket, and a socket that is not answered longer than its signal.
    socket.addEventListener("close", (event) => {
      signal?.removeEventListener("abort", abort);
      resolve(event);
    }, { once: true, ...(signal ? { signal } : {}) });
  });
  if (!closed) return socket;
  signal?.throwIfAborted();
  await checkToken(url, { signal, token });
  throw new StreamClosedError(1006, closed.reason);
}

/**
 * Nothing tells the status of a handshake that was refused, in no runtime, so the route is asked again by a plain request:
 * tokens are checked before it.
 *
 * @throws {ProblemError} when the token is refused.
 */
async function checkToken(socket: URL, { signal, token }: SocketOptions): Promise<void> {
  const url = new URL(socket);
  url.protocol = url.protocol.replace("ws", "http");
  const late = AbortSignal.timeout(REASON_TIMEOUT_MS);
  const response = await fetch(url, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: signal ? AbortSignal.any([signal, late]) : late,
  }).catch(() => undefined); // there is no server, or none that may be asked
  signal?.throwIfAborted();
  // A server says what it wants instead; another one on the way, that lets no plain request through, does not.
  const isRefused = response?.status === 401 || response?.status === 403;
  if (isRefused && response.headers.has("www-authenticate")) throw await problemError(response);
  await response?.body?.cancel();
}
