// Frames for end-to-end tests: good ones, and all the ways to be bad.

import { encodeJpeg, encodePng } from "../../models/encode.ts";
import { createRandom } from "../../models/random.ts";
import type { Frame } from "../../runtime/frame.ts";
import { makePngHeader } from "./png.ts";

/** A picture of smooth light with a bright spot. */
export function spotImage(width: number, height: number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width / width, Math.floor(at / 3 / width) / height];
    return Math.hypot(x - 0.5, y - 0.5) < 0.2 ? 240 : 40 + Math.round(40 * x);
  });
  return { width, height, data };
}

export const goodPng = await encodePng(spotImage(64, 32));
export const goodJpeg = new Uint8Array(await encodeJpeg(spotImage(64, 32), 90));
const noise = createRandom(7);
const garbage = Uint8Array.from({ length: 500 }, () => noise.int(256));

const encoded = (bytes: Uint8Array<ArrayBuffer>): Frame => ({ format: "encoded", bytes });

export interface BadFrame {
  readonly name: string;
  readonly frame: Frame;
  /** The error's code, the same on HTTP and on a stream. */
  readonly code: string;
  readonly status: number;
}

export const BAD_FRAMES: readonly BadFrame[] = [
  { name: "an empty frame", frame: encoded(new Uint8Array()), code: "empty", status: 400 },
  {
    ...{ name: "a truncated JPEG", frame: encoded(goodJpeg.slice(0, goodJpeg.length / 2)) },
    ...{ code: "truncated", status: 422 },
  },
  {
    ...{ name: "a truncated PNG", frame: encoded(goodPng.slice(0, goodPng.length / 2)) },
    ...{ code: "truncated", status: 422 },
  },
  {
    ...{ name: "a frame that is no picture", frame: encoded(garbage) },
    ...{ code: "unsupported-format", status: 415 },
  },
  {
    ...{ name: "a PNG of 30,000×30,000 pixels", frame: encoded(makePngHeader(30_000, 30_000)) },
    ...{ code: "too-large", status: 413 },
  },
  {
    name: "a raw frame of another size",
    frame: { format: "rgb8", width: 10, height: 10, bytes: new Uint8Array(299) },
    ...{ code: "size-mismatch", status: 400 },
  },
];
