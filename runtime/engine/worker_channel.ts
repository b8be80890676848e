// Requests and answers over a Worker, with limits on every wait. Knows nothing of what they mean.

import { type Answer, fromWire } from "./lane_messages.ts";

/**
 * - "closed": the lane was disposed
 * - "crashed": its Worker ended on an error nobody caught, or its session was broken for good
 * - "start-timeout": it was not ready in time
 * - "stalled": it stopped answering
 */
export type LaneErrorCode = "closed" | "crashed" | "start-timeout" | "stalled";

/** The lane itself failed, not the frame. It stays dead. */
export class LaneError extends Error {
  override readonly name = "LaneError";
  constructor(readonly code: LaneErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

export interface CallOptions {
  /** Moved to the Worker, not copied. */
  readonly transfer?: readonly Transferable[];
  /** Longest wait without any answer from the Worker. */
  readonly limitMs: number;
  /** Code of the LaneError when the limit passes. @default {"stalled"} */
  readonly limitCode?: LaneErrorCode;
}

export interface WorkerChannel {
  /** Requests without an answer. */
  readonly waiting: number;
  /** Why the Worker ended, or undefined while it lives. */
  readonly ended: LaneError | undefined;
  /** Resolves with the same when the Worker has ended. */
  readonly whenEnded: Promise<LaneError>;
  /** Sends one request. Rejects with the Worker's own error, or with LaneError when the Worker is gone. */
  call(request: object, options: CallOptions): Promise<unknown>;
  /** Ends the Worker: all waiting calls and all later ones reject with `reason`. */
  end(reason: LaneError): void;
  /** Ends the channel alone, in the same way: the Worker lives on, for its next channel. */
  release(reason: LaneError): void;
}

interface Waiting {
  readonly options: CallOptions;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Takes over a Worker. @param name says in errors whose Worker it is. */
export function openChannel(worker: Worker, name: string): WorkerChannel {
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended: LaneError | undefined;
  const whenEnded = Promise.withResolvers<LaneError>();

  function end(reason: LaneError): void {
    if (ended === undefined) worker.terminate();
    release(reason);
  }

  function release(reason: LaneError): void {
    if (ended !== undefined) return;
    ended = reason;
    clearTimeout(timer);
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
    whenEnded.resolve(reason);
  }

  /** One timer watches the oldest request; every answer winds it up again. */
  function watch(): void {
    clearTimeout(timer);
    const [oldest] = waiting.values();
    if (oldest === undefined) return;
    const { limitMs, limitCode = "stalled" } = oldest.options;
    timer = setTimeout(() => {
      end(new LaneError(limitCode, `Lane ${name} gave no answer within ${limitMs} ms: ended it`));
    }, limitMs);
  }

  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const request = waiting.get(data.id);
    waiting.delete(data.id);
    watch();
    if (data.ok) request?.resolve(data.value);
    else request?.reject(fromWire(data.error));
  };
  worker.onerror = (event) => {
    // Without this Deno takes the whole process down with the Worker.
    event.preventDefault();
    end(new LaneError("crashed", `Lane ${name} crashed: ${event.message}`));
  };
  worker.onmessageerror = () => {
    end(new LaneError("crashed", `Lane ${name} sent an answer that cannot be read`));
  };

  return {
    get waiting() {
      return waiting.size;
    },
    get ended() {
      return ended;
    },
    whenEnded: whenEnded.promise,
    call(request, options) {
      if (ended !== undefined) return Promise.reject(ended);
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const id = nextId++;
      worker.postMessage({ ...request, id }, [...options.transfer ?? []]);
      waiting.set(id, { options, resolve, reject });
      if (waiting.size === 1) watch();
      return promise;
    },
    ...{ end, release },
  };
}
