// How what a reply needs lies in the one buffer that is read back per frame, and how it is read there. Knows no GPU.

import type { RunScore } from "../../../models/components.ts";
import type { Mask } from "../../../models/image.ts";

/** Offsets in bytes. Rows of the mask and of the map are padded to 32 pixels. */
export interface ReplyLayout {
  readonly width: number;
  readonly height: number;
  /** Words of 32 pixels in a row. */
  readonly rowWords: number;
  /** The mask bits; before them stands the highest score, or NaN. Storage bindings begin at multiples of 256. */
  readonly packedAt: number;
  readonly runsAt: number;
  readonly mapAt: number;
  readonly bytes: number;
}

/** The map's part of a reply. */
export interface PackedMap {
  /** Highest score of the map, 0..1; NaN where any is no finite number. */
  readonly score: number;
  readonly mask: Mask;
  /** Exact: bit for bit the map's own floats. Right for whole runs of `mask` only. */
  readonly runScore: RunScore;
  /** round(255 × score), when it was read. */
  readonly map?: Uint8Array<ArrayBuffer>;
}

const ALIGNMENT = 256;

/** The layout for maps of width × height. */
export function replyLayout(width: number, height: number): ReplyLayout {
  const rowWords = Math.ceil(width / 32);
  const runsAt = ALIGNMENT + 4 * rowWords * height;
  const mapAt = runsAt + 4 * Math.ceil(width / 2) * height;
  const bytes = mapAt + 32 * rowWords * height;
  return { width, height, rowWords, packedAt: ALIGNMENT, runsAt, mapAt, bytes };
}

/**
 * Reads what the shader wrote.
 *
 * @param buffer from the start of the layout, up to `mapAt` or to the end.
 */
export function readReply(layout: ReplyLayout, buffer: ArrayBuffer): PackedMap {
  const { width, height, runsAt, mapAt } = layout;
  const runsPerRow = Math.ceil(width / 2);
  const runs = new Float32Array(buffer, runsAt, runsPerRow * height);
  return {
    score: new Float32Array(buffer, 0, 1)[0]!,
    mask: readMask(layout, buffer),
    runScore(start) {
      const y = Math.floor(start / width);
      return runs[y * runsPerRow + ((start - y * width) >> 1)]!;
    },
    ...(buffer.byteLength > mapAt && { map: readMap(layout, buffer) }),
  };
}

function readMask({ width, height, rowWords, packedAt }: ReplyLayout, buffer: ArrayBuffer): Mask {
  const words = new Uint32Array(buffer, packedAt, rowWords * height);
  const data = new Uint8Array(width * height);
  words.forEach((word, at) => {
    if (word === 0) return;
    const first = Math.floor(at / rowWords) * width + at % rowWords * 32;
    for (let i = 0; i < 32; i++) if ((word >>> i & 1) === 1) data[first + i] = 1;
  });
  return { width, height, data };
}

function readMap(layout: ReplyLayout, buffer: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const { width, height, rowWords, mapAt } = layout;
  const map = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    map.set(new Uint8Array(buffer, mapAt + y * rowWords * 32, width), y * width);
  }
  return map;
}
