// From a frame to pixels. Knows nothing of networks, sessions or sockets.

import { expandGray, ImageError } from "../models/decode.ts";
import type { Image } from "../models/image.ts";
import { type Decoder, imagescriptDecoder, type Size } from "./decoder.ts";
import {
  DEFAULT_FRAME_LIMITS,
  type Frame,
  FrameError,
  type FrameFormat,
  type FrameLimits,
  parseFrame,
} from "./frame.ts";

/** Interleaved rows of pixels without padding. */
export interface Pixels extends Size {
  readonly format: Exclude<FrameFormat, "encoded">;
  readonly bytes: Uint8Array;
}

export interface DecodedFrame {
  readonly pixels: Pixels;
  /** The frame's own size; the pixels may have been decoded smaller. */
  readonly size: Size;
}

export interface FrameDecoding {
  /** @default {DEFAULT_FRAME_LIMITS} */
  readonly limits?: FrameLimits;
  /** @default {imagescriptDecoder} */
  readonly decoder?: Decoder;
  /** Pixels of this size will do. @default the frame's own */
  readonly shrinkTo?: Size;
}

/**
 * Frame to pixels: raw ones are used as they are, without a copy, PNG and JPEG become `rgb8`.
 *
 * @throws {FrameError} when the frame is refused by {@linkcode parseFrame} or cannot be decoded.
 */
export async function decodeFrame(
  frame: Frame,
  options: FrameDecoding = {},
): Promise<DecodedFrame> {
  const { limits = DEFAULT_FRAME_LIMITS, decoder = imagescriptDecoder, shrinkTo } = options;
  const { format, bytes, width = 0, height = 0 } = parseFrame(frame, limits);
  if (format !== "encoded") {
    return { pixels: { format, bytes, width, height }, size: { width, height } };
  }
  try {
    const { image, size } = await decoder.decode(bytes, {
      maxPixels: limits.maxPixels,
      ...(shrinkTo && { shrinkTo }),
    });
    const { data, ...decoded } = image;
    return { pixels: { format: "rgb8", ...decoded, bytes: data }, size };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const code = error.code === "unsupported" ? "unsupported-format" : error.code;
    throw new FrameError(code, error.message, { cause: error });
  }
}

/** Pixels in RGB: `rgba8` loses its alpha, `gray8` fills three equal channels, `rgb8` is used as it is, without a copy. */
export function toImage({ format, width, height, bytes }: Pixels): Image {
  switch (format) {
    case "rgb8":
      return { width, height, data: bytes };
    case "rgba8":
      return { width, height, data: dropAlpha(bytes) };
    case "gray8":
      return { width, height, data: expandGray(bytes) };
  }
}

function dropAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(rgba.length / 4 * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
  return rgb;
}
