// One frame as the page shows it: a picture and its reply. Turns what a viewer gets into what a canvas draws.

import type { StreamReply } from "../stream/reply_protocol.ts";
import type { View, ViewPicture } from "../stream/view_protocol.ts";
import { withoutExif } from "./without_exif.ts";

/** What a canvas can draw. */
export type Drawable = ImageBitmap | HTMLCanvasElement;

export interface Shot {
  readonly reply: StreamReply;
  /** Time of the reply in milliseconds, on one clock for all shots of a source. */
  readonly answeredMs: number;
  /** Absent for a frame that was missed or is too large to show. */
  readonly picture?: Drawable;
}

/** Decodes a view's picture. */
export async function shotOf({ reply, answeredMs, picture }: View): Promise<Shot> {
  if (!picture) return { reply, answeredMs };
  return { reply, answeredMs, picture: await decodePicture(picture) };
}

function decodePicture({ format, width, height, bytes }: ViewPicture): Promise<ImageBitmap> {
  if (format === "encoded") return createImageBitmap(new Blob(withoutExif(bytes)));
  const channels = bytes.length / (width * height);
  const image = new ImageData(width, height);
  const { data } = image;
  for (let from = 0, to = 0; to < data.length; from += channels, to += 4) {
    data[to] = bytes[from]!;
    data[to + 1] = bytes[channels === 1 ? from : from + 1]!;
    data[to + 2] = bytes[channels === 1 ? from : from + 2]!;
    data[to + 3] = 255;
  }
  return createImageBitmap(image);
}

const holders = new WeakMap<Shot, number>();

/** Says that a shot is still wanted. */
export function hold(shot: Shot): void {
  holders.set(shot, (holders.get(shot) ?? 0) + 1);
}

/** The opposite of `hold`. A picture that nobody holds is freed at once: at camera rates, garbage collection is too late. */
export function release(shot: Shot): void {
  const left = (holders.get(shot) ?? 1) - 1;
  holders.set(shot, left);
  if (left === 0 && shot.picture instanceof ImageBitmap) shot.picture.close();
}
