// From a frame to pixels. Knows nothing of networks, sessions or sockets.

import { decodeImage, ImageError } from "../models/decode.ts";
import type { Image } from "../models/image.ts";
import {
  DEFAULT_FRAME_LIMITS,
  type Frame,
  FrameError,
  type FrameLimits,
  parseFrame,
} from "./frame.ts";

/**
 * Frame to RGB pixels. `rgba8` loses its alpha, `gray8` fills three equal channels, `rgb8` is used as it
 * is, without a copy.
 *
 * @throws {FrameError} when the frame is refused by {@linkcode parseFrame} or cannot be decoded.
 */
export async function decodeFrame(
  frame: Frame,
  limits: FrameLimits = DEFAULT_FRAME_LIMITS,
): Promise<Image> {
  const { format, bytes, width = 0, height = 0 } = parseFrame(frame, limits);
  switch (format) {
    case "rgb8":
      return { width, height, data: bytes };
    case "rgba8":
      return { width, height, data: dropAlpha(bytes) };
    case "gray8":
      return { width, height, data: expandGray(bytes) };
    case "encoded":
      return await decodeEncoded(bytes, limits);
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

function expandGray(gray: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(gray.length * 3);
  for (let from = 0, to = 0; from < gray.length; from++, to += 3) {
    rgb[to] = rgb[to + 1] = rgb[to + 2] = gray[from]!;
  }
  return rgb;
}

async function decodeEncoded(bytes: Uint8Array, limits: FrameLimits): Promise<Image> {
  try {
    return await decodeImage(bytes, { maxPixels: limits.maxPixels });
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const code = error.code === "unsupported" ? "unsupported-format" : error.code;
    throw new FrameError(code, error.message, { cause: error });
  }
}
