// Watches a stream of the server: the newest answered frame with its picture, as fast as the caller takes
// them. Loads in Deno, browsers and Node.

import { decodeView, type View } from "../stream/view_protocol.ts";
import { StreamClosedError } from "./errors.ts";
import { openSocket, socketUrl } from "./socket.ts";

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
  readonly #socket: WebSocket;
  readonly #signal: AbortSignal | undefined;
  #closed: unknown;
  #arrived: ((view: View | undefined) => void) | undefined;

  private constructor(socket: WebSocket, signal?: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    socket.addEventListener(
      "message",
      ({ data }) => this.#arrived?.(decodeView(new Uint8Array(data))),
    );
    socket.addEventListener("close", ({ code, reason }) => {
      this.#closed = signal?.aborted ? signal.reason : new StreamClosedError(code, reason);
      this.#arrived?.(undefined);
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
  ): Promise<WatchClient> {
    const path = `/v1/watch/${encodeURIComponent(stream)}`;
    return new WatchClient(await openSocket(socketUrl(server, path), { signal, token }), signal);
  }

  /** Ends without an error after `close` or an abort, with one when the server closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<View, void> {
    while (this.#closed === undefined) {
      const next = new Promise<View | undefined>((resolve) => this.#arrived = resolve);
      this.#socket.send(`{"type":"next"}`);
      const view = await next;
      if (view) yield view;
    }
    const left = this.#signal?.aborted || (this.#closed as StreamClosedError).code === "normal";
    if (!left) throw this.#closed;
  }

  /** Leaves the stream. */
  close(): void {
    this.#socket.close(1000);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.close());
  }
}
