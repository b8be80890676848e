// A frame is bytes from a camera, encoded (PNG, JPEG) or raw. Here its sizes are checked, before memory
// is taken for pixels; decode_frame.ts makes the pixels. Loads in a browser: imports nothing.

/** How a frame's bytes are laid out: a PNG or JPEG file, or interleaved rows without padding. */
export const FRAME_FORMATS = ["encoded", "rgb8", "rgba8", "gray8"] as const;
export type FrameFormat = typeof FRAME_FORMATS[number];

/** Bytes from a camera. Raw formats need `width` and `height` in pixels; encoded ones carry their own. */
export interface Frame {
  readonly format: FrameFormat;
  readonly bytes: Uint8Array;
  readonly width?: number;
  readonly height?: number;
}

export type FrameErrorCode =
  | "empty"
  | "size-missing"
  | "size-mismatch"
  | "too-large"
  | "unsupported-format"
  | "truncated"
  | "corrupt";

/** A frame that cannot become an image. The next frame is not affected. */
export class FrameError extends Error {
  override readonly name = "FrameError";
  constructor(readonly code: FrameErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

export interface FrameLimits {
  /** Most bytes of a frame as it arrives. */
  readonly maxBytes: number;
  /** Most pixels of a decoded frame, width × height. */
  readonly maxPixels: number;
}

/** 32 MiB and 24 megapixels: above common industrial cameras, far below what a decompression bomb asks for. */
export const DEFAULT_FRAME_LIMITS: FrameLimits = { maxBytes: 32 * 2 ** 20, maxPixels: 24e6 };

const CHANNELS: Record<Exclude<FrameFormat, "encoded">, number> = { rgb8: 3, rgba8: 4, gray8: 1 };

/**
 * Checks what can be checked without looking at pixels: the format's name, emptiness, both limits and,
 * for raw formats, that the bytes are exactly width × height × channels.
 *
 * @throws {FrameError} with the code of the first check that fails.
 */
export function parseFrame(frame: Frame, limits: FrameLimits = DEFAULT_FRAME_LIMITS): Frame {
  const { format, bytes, width, height } = frame;
  if (!FRAME_FORMATS.includes(format)) {
    const known = FRAME_FORMATS.join(", ");
    throw new FrameError(
      "unsupported-format",
      `Cannot read frame: format is "${format}", known are ${known}`,
    );
  }
  if (bytes.byteLength === 0) {
    throw new FrameError("empty", `Cannot read ${format} frame: it has no bytes`);
  }
  if (bytes.byteLength > limits.maxBytes) {
    throw new FrameError(
      "too-large",
      `Cannot read ${format} frame: it has ${bytes.byteLength} bytes, the limit is ${limits.maxBytes}`,
    );
  }
  if (format === "encoded") return frame;

  if (!isSide(width) || !isSide(height)) {
    throw new FrameError(
      "size-missing",
      `Cannot read ${format} frame: width is ${width} and height is ${height}, a raw frame needs both as whole numbers of pixels from 1`,
    );
  }
  if (width * height > limits.maxPixels) {
    throw new FrameError(
      "too-large",
      `Cannot read ${format} frame: ${width}×${height} is ${
        width * height
      } pixels, the limit is ${limits.maxPixels}`,
    );
  }
  const expected = width * height * CHANNELS[format];
  if (bytes.byteLength !== expected) {
    throw new FrameError(
      "size-mismatch",
      `Cannot read ${format} frame: ${width}×${height} needs ${expected} bytes, got ${bytes.byteLength}`,
    );
  }
  return frame;
}

function isSide(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 1;
}
