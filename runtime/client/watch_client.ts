// Watches a stream of the server: the newest answered frame with its picture, as fast as the caller takes
// them. Loads in Deno, browsers and Node.

import { decodeView, type View } from "../stream/view_protocol.ts";
import { StreamClosedError } from "./errors.ts";
import { openSocket, socketUrl } from "./socket.ts";

export interface WatchOptions {
  /** Longest wait for the connection, in ms. @default {10000} */
  readonly openTimeoutMs?: number;
  /** Without a view for so long, the server is asked whether it is still there, in ms. @default {20000} */
  readonly quietMs?: number;
  /** Longest wait for the answer to that, in ms; then the connection counts as broken. @default {10000} */
  readonly answerTimeoutMs?: number;
}

/** What a client has of its connection. */
interface Connection {
  readonly socket: WebSocket;
  /** A route of the server that always answers. */
  readonly health: URL;
  readonly options: WatchOptions;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** Closes the connection. */
  readonly abort: AbortController;
  /** Aborts with either. */
  readonly limit: AbortSignal;
}

const NEXT = `{"type":"next"}`;

/**
 * Views of one stream; the stream need not exist yet. A view is asked for when the loop comes round, so a
 * slow loop sees fewer views and never old ones.
 *
 * ```ts
 * await using watch = await WatchClient.open("http://127.0.0.1:8780", "camera-1");
 * for await (const { reply, picture } of watch) draw(reply, picture);
 * ```
 */
export class WatchClient implements AsyncDisposable {
  readonly #connection: Connection;
  #closed: unknown;
  #view: View | undefined;
  #heardMs = -Infinity;
  #wake: (() => void) | undefined;

  private constructor(connection: Connection) {
    this.#connection = connection;
    const { socket, limit } = connection;
    // A socket stays as long as its peer, when that is gone, does not close it: it must not hold all this.
    socket.addEventListener("message", ({ data }) => {
      this.#view = decodeView(new Uint8Array(data));
      this.#heardMs = performance.now();
      this.#wake?.();
    }, { signal: limit });
    socket.addEventListener("close", ({ code, reason }) => {
      this.#end(new StreamClosedError(code, reason));
    }, { signal: limit });
    // A peer that is gone answers no close: who aborts does not wait for one.
    limit.addEventListener("abort", () => this.#end(new StreamClosedError(1006, "")), {
      once: true,
    });
  }

  /**
   * @param token with role "read", where the server asks for one.
   * @throws {StreamClosedError}
   * @throws {ProblemError} status 401 or 403 when the server refuses the token.
   */
  static async open(
    server: string | URL,
    stream: string,
    signal?: AbortSignal,
    token?: string,
    options: WatchOptions = {},
  ): Promise<WatchClient> {
    const path = `/v1/watch/${encodeURIComponent(stream)}`;
    const health = new URL("/healthz", server);
    health.protocol = health.protocol.replace("ws", "http");
    const { openTimeoutMs = 10_000 } = options;
    // The caller's signal may outlive many connections: what listens ends with its own connection.
    const abort = new AbortController();
    const timer = setTimeout(() => {
      abort.abort(new StreamClosedError(1006, `no connection within ${openTimeoutMs} ms`));
    }, openTimeoutMs);
    const limit = signal ? AbortSignal.any([signal, abort.signal]) : abort.signal;
    try {
      const socket = await openSocket(socketUrl(server, path), { signal: limit, token });
      return new WatchClient({ socket, health, options, signal, abort, limit });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends without an error after `close` or an abort, with one when the server closed or is silent. */
  async *[Symbol.asyncIterator](): AsyncGenerator<View, void> {
    const { socket, signal } = this.#connection;
    while (this.#closed === undefined) {
      if (this.#view === undefined) socket.send(NEXT);
      const view = await this.#take();
      if (view) yield view;
    }
    const left = signal?.aborted || (this.#closed as StreamClosedError).code === "normal";
    if (!left) throw this.#closed;
  }

  /** Leaves the stream. */
  close(): void {
    this.#connection.socket.close(1000);
    this.#end(new StreamClosedError(1000, ""));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.close());
  }

  /** The next view, or undefined at the end. */
  async #take(): Promise<View | undefined> {
    const { quietMs = 20_000 } = this.#connection.options;
    const timer = setInterval(() => this.#ask(), quietMs);
    try {
      while (this.#closed === undefined && this.#view === undefined) {
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
      return this.#view;
    } finally {
      this.#view = undefined;
      clearInterval(timer);
    }
  }

  /**
   * Tells a stream without frames from a server without power, which ends nothing. One that was started anew
   * breaks the connection when it is asked for a view; one that is gone gives no answer to a plain request.
   */
  async #ask(): Promise<void> {
    const { socket, health, limit, options: { answerTimeoutMs = 10_000 } } = this.#connection;
    const askedMs = performance.now();
    socket.send(NEXT); // the server counts it once
    try {
      const signal = AbortSignal.any([limit, AbortSignal.timeout(answerTimeoutMs)]);
      const response = await fetch(health, { signal });
      await response.body?.cancel();
    } catch {
      if (this.#heardMs > askedMs) return;
      this.#end(new StreamClosedError(1006, "the server does not answer"));
    }
  }

  #end(cause: StreamClosedError): void {
    if (this.#closed !== undefined) return;
    const { signal, abort } = this.#connection;
    this.#closed = signal?.aborted ? signal.reason : cause;
    abort.abort(cause);
    this.#wake?.();
  }
}
