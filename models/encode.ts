// Pixels → PNG or JPEG bytes. The only knowledge of image encoders; must not know what the pixels mean.

import pngCodec from "imagescript/png/node.js";
import type { Image } from "./image.ts";

interface PngEncoder {
  encode(
    data: Uint8Array,
    options: { width: number; height: number; channels: 1 | 3; level: number },
  ): Uint8Array<ArrayBuffer>;
}

interface JpegEncoder {
  encode_async(
    data: Uint8Array,
    options: { width: number; height: number; quality: number },
  ): Promise<Uint8Array>;
}

const png = pngCodec as PngEncoder;

/** 8-bit grey pixels, `[height, width]`, row-major. */
export interface GrayImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Encodes an RGB image as an 8-bit RGB PNG. The same pixels give the same bytes on every machine:
 * the deflate is JavaScript, and no time stamp is written. Throws RangeError on sizes that do not fit.
 */
// deno-lint-ignore require-await
export async function encodePng(image: Image): Promise<Uint8Array<ArrayBuffer>> {
  return encodeRows(image, 3);
}

/** Encodes grey pixels as an 8-bit grey PNG, deterministic as `encodePng`. Throws RangeError on sizes that do not fit. */
// deno-lint-ignore require-await
export async function encodeGrayPng(gray: GrayImage): Promise<Uint8Array<ArrayBuffer>> {
  return encodeRows(gray, 1);
}

/**
 * Encodes an RGB image as JPEG with quality 1..100. Unlike the PNG encoder this one is native code
 * (needs ffi permission), and its bytes may differ between processor types.
 * Throws RangeError on a wrong quality or size.
 */
export async function encodeJpeg(image: Image, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  checkSize(image, 3);
  if (!(quality >= 1 && quality <= 100)) {
    throw new RangeError(`Cannot encode JPEG: quality must be in 1..100, is ${quality}`);
  }
  const { width, height } = image;
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let from = 0, to = 0; from < image.data.length; from += 3, to += 4) {
    rgba[to] = image.data[from]!;
    rgba[to + 1] = image.data[from + 1]!;
    rgba[to + 2] = image.data[from + 2]!;
  }
  // Loaded on first use: everything else works without the native part.
  const { default: codecs } = await import("imagescript/codecs/node/index.js");
  const { jpeg } = codecs as { jpeg: JpegEncoder };
  return new Uint8Array(await jpeg.encode_async(rgba, { width, height, quality }));
}

function encodeRows(pixels: GrayImage, channels: 1 | 3): Uint8Array<ArrayBuffer> {
  checkSize(pixels, channels);
  const { width, height, data } = pixels;
  return png.encode(data, { width, height, channels, level: 6 });
}

function checkSize({ width, height, data }: GrayImage, channels: number): void {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`Cannot encode image: ${width}×${height} has no pixels`);
  }
  if (data.length !== width * height * channels) {
    throw new RangeError(
      `Cannot encode ${width}×${height} image: must have ${
        width * height * channels
      } bytes, has ${data.length}`,
    );
  }
}
