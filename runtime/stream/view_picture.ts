// Picks what a viewer sees of a frame: cheap enough for the server's thread, bounded in bytes. Knows
// nothing of sockets.

import type { FrameMessage } from "./protocol.ts";
import type { ViewPicture } from "./view_protocol.ts";

/** Longest side of a raw picture in pixels, and most bytes of an encoded one. */
export const MAX_VIEW_SIDE = 640;
export const MAX_VIEW_BYTES = 4 * 2 ** 20;

const CHANNELS = { rgb8: 3, rgba8: 4, gray8: 1 } as const;

/**
 * A copy of the frame for viewers: encoded frames as they are, raw ones with every n-th pixel of every n-th
 * row, so that no side is above {@linkcode MAX_VIEW_SIDE}. Undefined when an encoded frame is too large.
 *
 * @param frame a frame that `parseFrame` has accepted.
 */
export function viewPicture(frame: FrameMessage): ViewPicture | undefined {
  const { format, width, height, bytes } = frame;
  if (format === "encoded") {
    return bytes.length <= MAX_VIEW_BYTES
      ? { format, width, height, bytes: bytes.slice() }
      : undefined;
  }
  const step = Math.ceil(Math.max(width, height) / MAX_VIEW_SIDE);
  if (step === 1) return { format, width, height, bytes: bytes.slice() };

  const channels = CHANNELS[format];
  const shown = { width: Math.ceil(width / step), height: Math.ceil(height / step) };
  const out = new Uint8Array(shown.width * shown.height * channels);
  let to = 0;
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const from = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) out[to++] = bytes[from + c]!;
    }
  }
  return { format, ...shown, bytes: out };
}
