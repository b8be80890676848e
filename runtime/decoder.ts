// What turns PNG and JPEG files into pixels: a portable decoder, and a fast one where it installs. Knows no frame format but these.

import { decodeImage } from "../models/decode.ts";
import type { Image } from "../models/image.ts";

/** `sharp` is libvips, native and optional; `imagescript` is WebAssembly and runs everywhere. */
export const DECODER_NAMES = ["sharp", "imagescript"] as const;
export type DecoderName = typeof DECODER_NAMES[number];

/** Pixels in a row, and rows. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface DecodeOptions {
  /** Refuse pictures whose header says more pixels. */
  readonly maxPixels: number;
  /**
   * A smaller picture will do, down to this size. A decoder may then answer with exactly this size, where that spares it
   * work. @default the picture's own size
   */
  readonly shrinkTo?: Size;
}

export interface Decoded {
  readonly image: Image;
  /** Of the picture in the file. */
  readonly size: Size;
}

export interface Decoder {
  readonly name: DecoderName;
  /**
   * Decodes a PNG (all colour types and depths) or JPEG (8-bit, baseline or progressive): grey becomes RGB, alpha is
   * dropped, 16-bit channels keep their upper byte, palettes are looked up, EXIF rotation and colour profiles are not applied.
   *
   * @throws {ImageError} `too-large` and `truncated` before any pixel memory is taken.
   */
  decode(bytes: Uint8Array, options: DecodeOptions): Promise<Decoded>;
}

/** A decoder that is not on this machine. */
export class DecoderError extends Error {
  override readonly name = "DecoderError";
  constructor(readonly code: "missing", message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The portable decoder. */
export const imagescriptDecoder: Decoder = {
  name: "imagescript",
  async decode(bytes, { maxPixels }) {
    const image = await decodeImage(bytes, { maxPixels });
    return { image, size: { width: image.width, height: image.height } };
  },
};
