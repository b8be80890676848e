// What a stream may take from the server. Numbers only.

export interface StreamLimits {
  /** Most bytes of one frame, without its header. */
  readonly maxFrameBytes: number;
  /** Most pixels of a frame, width × height. */
  readonly maxPixels: number;
  /** @default {64} */
  readonly maxStreams: number;
  /** @default {64} */
  readonly maxViewers: number;
  /** Most bytes of the frames that wait in a stream of policy `queue`. @default {64 MiB} */
  readonly maxQueuedBytes: number;
  /** From the connection to a valid hello. @default {5000} */
  readonly helloMs: number;
  /** Unread reply bytes above which new frames are refused; at twice as many the stream is closed. @default {4 MiB} */
  readonly maxBufferedBytes: number;
  /** How long unread replies may stay above the limit before the stream is closed. @default {5000} */
  readonly stalledMs: number;
  /** For in-flight frames when a stream ends in good order. @default {10000} */
  readonly drainMs: number;
}

export const DEFAULT_STREAM_LIMITS: Omit<StreamLimits, "maxFrameBytes" | "maxPixels"> = {
  maxStreams: 64,
  maxViewers: 64,
  maxQueuedBytes: 64 * 2 ** 20,
  helloMs: 5000,
  maxBufferedBytes: 4 * 2 ** 20,
  stalledMs: 5000,
  drainMs: 10_000,
};
