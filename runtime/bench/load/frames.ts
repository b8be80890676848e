// The frames that the load generator sends: parts as a camera sees them, raw and as JPEG.

import { encodeJpeg } from "../../../models/encode.ts";
import { resizeImage } from "../../../models/resize.ts";
import { cropPart } from "../../demo_frames.ts";
import { FRAME_SIDE, makePart } from "../../demo_parts.ts";
import type { Frame } from "../../frame.ts";

export const JPEG_SIDE = 1024;
const JPEG_QUALITY = 90;

/** Some raw rgb8 frames of 256×256 pixels. */
export function rawFrames(count: number): Frame[] {
  return Array.from({ length: count }, (_, index) => cropPart(makePart(index), 0));
}

/** The same parts as JPEG files of 1024×1024 pixels. */
export async function jpegFrames(count: number): Promise<Frame[]> {
  const side = { width: FRAME_SIDE, height: FRAME_SIDE };
  return await Promise.all(
    rawFrames(count).map(async ({ bytes }): Promise<Frame> => {
      const image = resizeImage({ ...side, data: bytes }, JPEG_SIDE, JPEG_SIDE);
      return { format: "encoded", bytes: await encodeJpeg(image, JPEG_QUALITY) };
    }),
  );
}
