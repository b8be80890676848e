// One stream over WebSocket: frames in order, a reply for each. Loads in Deno, browsers and Node.

import type { Frame } from "../frame.ts";
import type { Counters } from "../stream/accounting.ts";
import { encodeFrame, SUBPROTOCOL } from "../stream/protocol.ts";
import { decodeReply, type StreamReply } from "../stream/reply_protocol.ts";
import { StreamClosedError } from "./errors.ts";
import { openSocket, socketUrl } from "./socket.ts";

export interface StreamOptions {
  readonly model: string;
  /** @default the newest */
  readonly version?: string;
  /** The name under which viewers find the stream. @default the server gives one */
  readonly stream?: string;
  /**
   * What waits for its turn: "latest", one frame, the newest wins; "queue", up to `depth` frames in order,
   * more are refused. @default {"latest"}
   */
  readonly policy?: "latest" | "queue";
  /** Frames that may wait under "queue", 1 to 64. @default {8} */
  readonly depth?: number;
  /** Milliseconds from a frame's arrival after which it is answered as expired. @default none */
  readonly deadlineMs?: number;
  /** Whose turns come first. @default {"normal"} */
  readonly priority?: "high" | "normal" | "low";
  /** Pixels to send with each reply. @default {["mask"]} */
  readonly want?: readonly ("mask" | "map")[];
  /** Longest wait for the server's welcome, in ms. @default {10000} */
  readonly openTimeoutMs?: number;
  /**
   * Longest wait for the server's goodbye, in ms; 10 s more, which the server has to answer them, while frames
   * are in flight. @default {5000}
   */
  readonly closeTimeoutMs?: number;
  /** Whether replies are kept for the iterator; who takes them from `send` alone needs none. @default {true} */
  readonly keepReplies?: boolean;
  /** Ends the stream at once. */
  readonly signal?: AbortSignal;
  /** Bearer token with role "stream", where the server asks for one. */
  readonly token?: string;
}

/** What the server answered to the hello. */
export interface Welcome {
  readonly stream: string;
  readonly model: {
    readonly name: string;
    readonly version: string;
    readonly variant: string;
    readonly provider: string;
    readonly input: { readonly width: number; readonly height: number };
    readonly threshold: number;
    readonly minRegionScore: number;
  };
  readonly policy: "latest" | "queue";
  readonly depth: number;
  readonly priority: "high" | "normal" | "low";
  readonly deadlineMs?: number;
  readonly limits: { readonly maxFrameBytes: number; readonly maxPixels: number };
}

interface Waiting {
  resolve(reply: StreamReply): void;
  reject(error: unknown): void;
}

/** For the server to answer what is in flight at a goodbye, in ms. */
const DRAIN_MS = 10_000;

/** Replies that an iterator has not taken yet; beyond that the oldest are forgotten. */
const MAX_UNTAKEN = 256;

/**
 * A stream of frames. Every frame gets exactly one reply: from `send`, and from the iterator, which gives
 * the replies of all frames in the order of their arrival.
 *
 * ```ts
 * await using stream = await StreamClient.open("http://127.0.0.1:8780", { model: "unet-tiny" });
 * const reply = await stream.send({ format: "encoded", bytes: await Deno.readFile("part.jpg") });
 * if (reply.outcome === "done") console.log(reply.verdict, reply.regions);
 * ```
 */
export class StreamClient implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended = Promise.withResolvers<Counters | undefined>();
  readonly #options: StreamOptions;
  readonly #connection: AbortController;
  #untaken: StreamReply[] = [];
  #wake: (() => void) | undefined;
  #sequence = 0;
  #closed: unknown;
  #counters: Counters | undefined;
  readonly welcome: Welcome;

  private constructor(
    socket: WebSocket,
    welcome: Welcome,
    options: StreamOptions,
    connection: AbortController,
    signal: AbortSignal,
  ) {
    this.#socket = socket;
    this.#options = options;
    this.#connection = connection;
    this.welcome = welcome;
    // A socket stays as long as its peer, when that is gone, does not close it: it must not hold all this.
    socket.addEventListener("message", ({ data }) => this.#onMessage(data), { signal });
    socket.addEventListener("close", ({ code, reason }) => this.#onClose(code, reason), { signal });
    // A peer that is gone answers no close: who aborts does not wait for one.
    signal.addEventListener("abort", () => this.#onClose(1006, ""), { once: true });
  }

  /**
   * @param server URL of the server; `http` becomes `ws`.
   * @throws {StreamClosedError} when the server does not answer or refuses the hello; `code` says why.
   * @throws {ProblemError} status 401 or 403 when it refuses the token.
   */
  static async open(server: string | URL, options: StreamOptions): Promise<StreamClient> {
    const { signal, token, openTimeoutMs = 10_000 } = options;
    const { model, version, stream, policy, depth, deadlineMs, priority, want } = options;
    const hello = { model, version, stream, policy, depth, deadlineMs, priority, want };
    // The caller's signal may outlive many connections: what listens ends with its own connection.
    const connection = new AbortController();
    const timer = setTimeout(() => {
      connection.abort(new StreamClosedError(1006, `no welcome within ${openTimeoutMs} ms`));
    }, openTimeoutMs);
    const limit = signal ? AbortSignal.any([signal, connection.signal]) : connection.signal;
    try {
      const socket = await openSocket(socketUrl(server, "/v1/stream"), { signal: limit, token });
      const welcome = new Promise<StreamClient>((resolve, reject) => {
        limit.addEventListener("abort", () => reject(limit.reason), { once: true });
        socket.addEventListener("message", ({ data }) => {
          const welcome = JSON.parse(data) as Welcome;
          resolve(new StreamClient(socket, welcome, options, connection, limit));
        }, { once: true, signal: limit });
        socket.addEventListener("close", ({ code, reason }) => {
          reject(limit.aborted ? limit.reason : new StreamClosedError(code, reason));
        }, { once: true, signal: limit });
      });
      socket.send(
        JSON.stringify({ type: "hello", protocol: SUBPROTOCOL, ...hello }),
      );
      return await welcome;
    } catch (error) {
      connection.abort(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Frames without a reply. */
  get unanswered(): number {
    return this.#waiting.size;
  }

  /** Bytes that have not left this machine. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Resolves with what {@linkcode closed} is then, when the stream has ended. */
  get ended(): Promise<unknown> {
    return this.#ended.promise.then(() => this.#closed);
  }

  /** Why the stream has ended, or undefined while it is open. */
  get closed(): unknown {
    return this.#closed;
  }

  /** Counters of the server's last reply. */
  get counters(): Counters | undefined {
    return this.#counters;
  }

  /**
   * Sends a frame. `capturedMs` is on your clock and comes back with the reply.
   *
   * @throws {StreamClosedError} when the stream ends before the reply.
   */
  send(frame: Frame, capturedMs: number = performance.now()): Promise<StreamReply> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    const { format, bytes, width = 0, height = 0 } = frame;
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) % 2 ** 32;
    const { promise, ...waiting } = Promise.withResolvers<StreamReply>();
    promise.catch(() => {}); // who reads only the iterator leaves this promise alone
    this.#waiting.set(sequence, waiting);
    const size = format === "encoded" ? { width: 0, height: 0 } : { width, height };
    this.#socket.send(
      encodeFrame({
        sequence,
        capturedMs,
        format,
        ...size,
        bytes: bytes as Uint8Array<ArrayBuffer>,
      }),
    );
    return promise;
  }

  /** Replies in order of arrival, until the stream ends. */
  async *[Symbol.asyncIterator](): AsyncGenerator<StreamReply, void> {
    while (true) {
      while (this.#untaken.length > 0) yield this.#untaken.shift()!;
      if (this.#closed !== undefined) return;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /**
   * Ends the stream in good order: in-flight frames are answered, then the server's final counters. Where the
   * server does not answer within `closeTimeoutMs`, those of its last reply.
   */
  async close(): Promise<Counters | undefined> {
    if (this.#closed === undefined) this.#socket.send(JSON.stringify({ type: "bye" }));
    const { closeTimeoutMs = 5000 } = this.#options;
    const limitMs = closeTimeoutMs + (this.unanswered > 0 ? DRAIN_MS : 0);
    const timer = setTimeout(() => {
      this.#onClose(1006, `no goodbye within ${limitMs} ms`);
    }, limitMs);
    try {
      return await this.#ended.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #onMessage(data: string | ArrayBuffer): void {
    if (typeof data === "string") {
      const message = JSON.parse(data) as { type: string; counters?: Counters };
      if (message.type === "bye") this.#counters = message.counters;
      return;
    }
    const reply = decodeReply(new Uint8Array(data));
    this.#counters = reply.counters;
    if (this.#options.keepReplies ?? true) this.#untaken.push(reply);
    if (this.#untaken.length > MAX_UNTAKEN) this.#untaken.shift();
    this.#wake?.();
    this.#waiting.get(reply.sequence)?.resolve(reply);
    this.#waiting.delete(reply.sequence);
  }

  #onClose(code: number, reason: string): void {
    if (this.#closed !== undefined) return;
    const { signal } = this.#options;
    this.#closed = signal?.aborted ? signal.reason : new StreamClosedError(code, reason);
    this.#connection.abort(this.#closed);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#closed);
    this.#waiting.clear();
    this.#wake?.();
    this.#ended.resolve(this.#counters);
  }
}
