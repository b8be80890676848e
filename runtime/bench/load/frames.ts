// The frames that the load generator sends: parts as a camera sees them, raw and as JPEG.

import { encodeJpeg } from "../../../models/encode.ts";
import { resizeImage } from "../../../models/resize.ts";
import { cropPart } from "../../demo_frames.ts";
import { FRAME_SIDE, makePart } from "../../demo_parts.ts";
import type { Frame } from "../../frame.ts";

const JPEG_QUALITY = 90;

/** Some raw rgb8 frames of 256×256 pixels. */
export function rawFrames(count: number): Frame[] {
  return Array.from({ length: count }, (_, index) => cropPart(makePart(index), 0));
}

/** The same parts as JPEG files of `side`² pixels. */
export async function jpegFrames(count: number, side: number): Promise<Frame[]> {
  const from = { width: FRAME_SIDE, height: FRAME_SIDE };
  return await Promise.all(
    rawFrames(count).map(async ({ bytes }): Promise<Frame> => {
      const image = { ...from, data: bytes };
      const sized = side === FRAME_SIDE ? image : resizeImage(image, side, side);
      return { format: "encoded", bytes: await encodeJpeg(sized, JPEG_QUALITY) };
    }),
  );
}
