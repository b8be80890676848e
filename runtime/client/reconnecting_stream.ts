// A stream that outlives its socket: it comes back under the same name, holds a bounded number of frames in
// flight, and tells of every frame what became of it. Loads in Deno, browsers and Node.

import type { Frame } from "../frame.ts";
import type { Counters } from "../stream/accounting.ts";
import type { CloseName } from "../stream/close_codes.ts";
import type { StreamReply } from "../stream/reply_protocol.ts";
import { type Backoff, type BackoffOptions, createBackoff, pause } from "./backoff.ts";
import { StreamClosedError } from "./errors.ts";
import { StreamClient, type StreamOptions, type Welcome } from "./stream_client.ts";

export interface ReconnectingOptions extends Omit<StreamOptions, "keepReplies"> {
  /** Every connection opens this stream. @default a random name, the same for all connections */
  readonly stream?: string;
  /** Frames that have no reply yet. @default {4} */
  readonly maxInFlight?: number;
  /** What `send` does when as many are in flight, or there is no connection. @default {"wait"} */
  readonly whenFull?: "wait" | "drop";
  /** Longest wait for a reply, in ms; then the connection counts as broken. @default {30000} */
  readonly replyTimeoutMs?: number;
  /** Calls of `send` that may wait; more are answered as unsent. @default {64} */
  readonly maxWaiting?: number;
  readonly backoff?: BackoffOptions;
  /** Told of every change, for a log or a lamp. */
  readonly onConnection?: (change: ConnectionChange) => void;
}

export type ConnectionChange =
  | { readonly state: "open"; readonly welcome: Welcome }
  | { readonly state: "waiting"; readonly waitMs: number; readonly cause: StreamClosedError }
  | { readonly state: "closed"; readonly cause: unknown };

/** The socket broke while the frame was in flight: the server may have answered it or not. */
export interface LostFrame {
  readonly outcome: "lost";
  readonly capturedMs: number;
  readonly error: { readonly code: "connection-lost"; readonly message: string };
}

/** The frame has not left: too many are in flight, or it is above the server's limit. */
export interface UnsentFrame {
  readonly outcome: "unsent";
  readonly capturedMs: number;
  readonly error: {
    readonly code: "full" | "not-connected" | "too-large";
    readonly message: string;
  };
}

export type SendResult = StreamReply | LostFrame | UnsentFrame;

/** Closes after which another attempt may do better. */
const RETRIED: readonly (CloseName | undefined)[] = [
  ...[
    undefined,
    "goingAway",
    "notReady",
    "stalledReader",
    "streamTaken",
    "tooManyStreams",
  ] as const,
  "internal",
];

/**
 * ```ts
 * const stream = await ReconnectingStream.open("http://127.0.0.1:8780", { model: "unet-tiny", stream: "line-1" });
 * const result = await stream.send(frame);
 * if (result.outcome === "done") console.log(result.verdict);
 * await stream.close();
 * ```
 */
export class ReconnectingStream implements AsyncDisposable {
  readonly #server: string | URL;
  readonly #options: ReconnectingOptions & { readonly stream: string };
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #waiting: (() => void)[] = [];
  #connection: { readonly client: StreamClient; readonly abort: AbortController } | undefined;
  #inFlight = 0;
  #ended: { readonly cause: unknown } | undefined;

  private constructor(server: string | URL, options: ReconnectingOptions) {
    this.#server = server;
    const random = crypto.getRandomValues(new Uint32Array(2));
    this.#options = {
      stream: `client-${random[0]!.toString(36)}${random[1]!.toString(36)}`,
      ...options,
    };
    this.#backoff = createBackoff(options.backoff);
    const { signal } = options;
    this.#signal = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
  }

  /**
   * @throws {StreamClosedError} when the server refuses the hello, or every attempt has failed.
   * @throws {ProblemError} status 401 or 403, at once, when it refuses the token.
   */
  static async open(
    server: string | URL,
    options: ReconnectingOptions,
  ): Promise<ReconnectingStream> {
    const stream = new ReconnectingStream(server, options);
    await stream.#connect();
    return stream;
  }

  /** The name that the stream has on the server. */
  get name(): string {
    return this.#options.stream;
  }

  /** Whether there is a connection now. */
  get connected(): boolean {
    return this.#connection !== undefined;
  }

  /** Frames without a result. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Sends a frame, when there is room for it. `capturedMs` is on your clock and comes back.
   *
   * @throws {StreamClosedError} when the stream is closed, or no attempt to come back has worked; code "tokenRevoked"
   * when its token was revoked meanwhile.
   * @throws {ProblemError} status 401 or 403 when the token was refused on coming back.
   */
  async send(frame: Frame, capturedMs: number = performance.now()): Promise<SendResult> {
    const { maxInFlight = 4, maxWaiting = 64, whenFull = "wait" } = this.#options;
    const room = () => this.#inFlight < maxInFlight ? this.#connection : undefined;
    // Who comes now goes behind those that wait.
    let connection = this.#waiting.length === 0 ? room() : undefined;
    while (!connection) {
      if (this.#ended) throw this.#ended.cause;
      if (whenFull === "drop" || this.#waiting.length >= maxWaiting) {
        return this.#connection
          ? unsent(capturedMs, "full", `${this.#inFlight} frames are in flight`)
          : unsent(capturedMs, "not-connected", "the connection broke and is not back yet");
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      connection = room();
    }
    if (this.#ended) throw this.#ended.cause;
    const { maxFrameBytes } = connection.client.welcome.limits;
    if (frame.bytes.length > maxFrameBytes) {
      this.#wake();
      const has = `the frame has ${frame.bytes.length} bytes`;
      return unsent(capturedMs, "too-large", `${has}, the server's limit is ${maxFrameBytes}`);
    }
    return await this.#exchange(connection, frame, capturedMs);
  }

  /** Ends the stream in good order: in-flight frames are answered; the server's counters of this connection. */
  async close(): Promise<Counters | undefined> {
    const connection = this.#connection;
    const cause = new StreamClosedError(1000, "closed by its owner");
    this.#end(cause);
    try {
      return await connection?.client.close();
    } finally {
      this.#stop.abort(cause);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #exchange(
    { client, abort }: { readonly client: StreamClient; readonly abort: AbortController },
    frame: Frame,
    capturedMs: number,
  ): Promise<SendResult> {
    const { replyTimeoutMs = 30_000 } = this.#options;
    const timer = setTimeout(() => {
      abort.abort(new StreamClosedError(1006, `no reply within ${replyTimeoutMs} ms`));
    }, replyTimeoutMs);
    this.#inFlight++;
    try {
      const reply = await client.send(frame, capturedMs);
      this.#backoff.reset();
      return reply;
    } catch (error) {
      if (!(error instanceof StreamClosedError)) throw error;
      const lost = { code: "connection-lost", message: error.message } as const;
      return { outcome: "lost", capturedMs, error: lost };
    } finally {
      clearTimeout(timer);
      this.#inFlight--;
      this.#wake();
    }
  }

  /** One place has become free. */
  #wake(): void {
    this.#waiting.shift()?.();
  }

  async #connect(): Promise<void> {
    const { onConnection } = this.#options;
    while (!this.#ended) {
      try {
        const abort = new AbortController();
        const signal = AbortSignal.any([this.#signal, abort.signal]);
        const options = { ...this.#options, keepReplies: false, signal };
        const client = await StreamClient.open(this.#server, options);
        this.#connection = { client, abort };
        this.#backoff.opened();
        onConnection?.({ state: "open", welcome: client.welcome });
        client.ended.then((cause) => this.#lose(client, cause));
        for (const wake of this.#waiting.splice(0)) wake();
        return;
      } catch (error) {
        const waitMs = isRetried(error) ? this.#backoff.next() : undefined;
        if (waitMs === undefined) {
          this.#end(error);
          throw error;
        }
        onConnection?.({ state: "waiting", waitMs, cause: error as StreamClosedError });
        await pause(waitMs, this.#signal).catch(() => {});
      }
    }
    throw this.#ended.cause;
  }

  /** The connection has ended: comes back, unless it was ended on purpose. */
  #lose(client: StreamClient, cause: unknown): void {
    if (this.#connection?.client !== client) return;
    this.#connection.abort.abort(cause);
    this.#connection = undefined;
    if (this.#ended) return;
    const waitMs = isRetried(cause) ? this.#backoff.next() : undefined;
    if (waitMs === undefined) return this.#end(cause);
    this.#options.onConnection?.({ state: "waiting", waitMs, cause: cause as StreamClosedError });
    pause(waitMs, this.#signal).then(() => this.#connect()).catch((error) => this.#end(error));
  }

  #end(cause: unknown): void {
    if (this.#ended) return;
    this.#ended = { cause };
    for (const wake of this.#waiting.splice(0)) wake();
    this.#options.onConnection?.({ state: "closed", cause });
  }
}

function isRetried(error: unknown): boolean {
  return error instanceof StreamClosedError && RETRIED.includes(error.code);
}

function unsent(
  capturedMs: number,
  code: UnsentFrame["error"]["code"],
  message: string,
): UnsentFrame {
  return { outcome: "unsent", capturedMs, error: { code, message } };
}
