// PNG or JPEG bytes → pixels, with the limits checked before memory is taken. The only knowledge of image decoders.

import jpegCodec from "imagescript/wasm/node/jpeg.js";
import pngCodec from "imagescript/wasm/node/png.js";
import {
  checkComplete,
  ImageError,
  type ImageHeader,
  pngDepth,
  readHeader,
} from "./image_header.ts";
import type { Image, Mask } from "./image.ts";

export { ImageError, type ImageHeader, readHeader };

/** Limits of `decodeImage`. */
export interface DecodeLimits {
  /**
   * Refuse images whose header says more pixels than this.
   *
   * @default {64_000_000}
   */
  maxPixels?: number;
}

/** Every decoding gets its own WebAssembly instance, so one that traps spoils no other. */
interface PngDecoder {
  init(): Promise<{ decode(bytes: Uint8Array): PngPixels }>;
}

interface PngPixels {
  width: number;
  height: number;
  /** RGBA, 8 bits a channel; 16-bit channels keep their upper byte. */
  framebuffer: Uint8Array;
}

interface JpegDecoder {
  init(): Promise<{ decode(bytes: Uint8Array): JpegPixels }>;
}

interface JpegPixels {
  width: number;
  height: number;
  /** 0 grey, 1 RGB, 2 CMYK. */
  format: number;
  buffer: Uint8Array;
}

const png = pngCodec as PngDecoder;
const jpeg = jpegCodec as JpegDecoder;

/**
 * Decodes a PNG (all colour types and depths) or JPEG (8-bit, baseline or progressive) into RGB. Grey becomes
 * RGB, alpha is dropped, 16-bit channels keep their upper byte, palettes are looked up; EXIF rotation is not
 * applied. Throws ImageError; `too-large` and `truncated` come before any pixel memory is taken.
 */
export async function decodeImage(bytes: Uint8Array, limits: DecodeLimits = {}): Promise<Image> {
  const { format, width, height } = checkImage(bytes, limits);
  let pixels: Image;
  try {
    pixels = format === "png" ? await decodePng(bytes) : await decodeJpeg(bytes);
  } catch (cause) {
    throw new ImageError("corrupt", `Cannot decode ${width}×${height} ${format}: ${cause}`, {
      cause,
    });
  }
  if (pixels.data.length !== 3 * width * height || pixels.width !== width) {
    throw new ImageError(
      "corrupt",
      `Cannot decode ${format}: header says ${width}×${height}, data is ${pixels.width}×${pixels.height}`,
    );
  }
  return pixels;
}

/**
 * Checks all that can be checked without taking pixel memory: kind, size against the limit, and that the file goes on
 * to its end mark. Throws ImageError `empty`, `unsupported`, `too-large`, `truncated` or `corrupt`.
 */
export function checkImage(bytes: Uint8Array, limits: DecodeLimits = {}): ImageHeader {
  const { maxPixels = 64_000_000 } = limits;
  const header = readHeader(bytes);
  const { format, width, height } = header;
  if (width * height > maxPixels) {
    throw new ImageError(
      "too-large",
      `Cannot decode ${width}×${height} image: it has ${width * height} pixels, at most ` +
        `${maxPixels} are allowed`,
    );
  }
  checkComplete(bytes, format);
  return header;
}

/** Makes three equal channels of one. */
export function expandGray(gray: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(gray.length * 3);
  for (let from = 0, to = 0; from < gray.length; from++, to += 3) {
    rgb[to] = rgb[to + 1] = rgb[to + 2] = gray[from]!;
  }
  return rgb;
}

/**
 * Decodes a mask picture: where the largest of the three channels is above 127 is defect (1). Throws ImageError,
 * `unsupported` also for a PNG that must mean something else: of 16 bits a channel, whose white may be 255 or 65535, or not
 * black and never above 127, as the numbers of classes are. (A JPEG's black may be a level off.)
 */
export async function decodeMask(bytes: Uint8Array, limits?: DecodeLimits): Promise<Mask> {
  return outlined(await decodeLevels(bytes, limits));
}

/** As `decodeMask`, and how many of its pixels count as sound though they are of an area that is not black. */
export async function decodeMaskPicture(
  bytes: Uint8Array,
  limits?: DecodeLimits,
): Promise<{ mask: Mask; faintPixels: number }> {
  const levels = await decodeLevels(bytes, limits);
  return { mask: outlined(levels), faintPixels: countFaint(levels) };
}

/** A mask picture before its levels are told apart. */
interface Levels {
  width: number;
  height: number;
  /** The largest of each pixel's three channels. */
  levels: Uint8Array;
}

async function decodeLevels(bytes: Uint8Array, limits?: DecodeLimits): Promise<Levels> {
  const { format } = checkImage(bytes, limits);
  if (format === "png" && pngDepth(bytes) === 16) {
    throw unsupportedMask("it has 16 bits a channel, must have 8");
  }
  const { width, height, data } = await decodeImage(bytes, limits);
  const levels = new Uint8Array(width * height);
  let largest = 0;
  for (let i = 0; i < levels.length; i++) {
    const level = Math.max(data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!);
    levels[i] = level;
    if (level > largest) largest = level;
  }
  if (format === "png" && largest > 0 && largest <= 127) {
    throw unsupportedMask(`its largest value is ${largest}, must be 255 where the defect is`);
  }
  return { width, height, levels };
}

function outlined({ width, height, levels }: Levels): Mask {
  return { width, height, data: levels.map((level) => level > 127 ? 1 : 0) };
}

/**
 * Pixels from 1 to 127 that are as those to the right and below are: so are labels in grey. Of the magnetic tiles' smoothed
 * outlines up to half of the pixels are that dark, but no more than 2 % lie so.
 */
function countFaint({ width, levels }: Levels): number {
  let count = 0;
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i]!;
    if (level === 0 || level > 127 || i % width === width - 1) continue;
    if (levels[i + 1] === level && levels[i + width] === level) count++;
  }
  return count;
}

function unsupportedMask(what: string): ImageError {
  return new ImageError("unsupported", `Cannot use mask: ${what}; black is sound, white is defect`);
}

async function decodePng(bytes: Uint8Array): Promise<Image> {
  const { width, height, framebuffer } = (await png.init()).decode(bytes);
  const data = new Uint8Array(framebuffer.length / 4 * 3);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data[to] = framebuffer[from]!;
    data[to + 1] = framebuffer[from + 1]!;
    data[to + 2] = framebuffer[from + 2]!;
  }
  return { width, height, data };
}

async function decodeJpeg(bytes: Uint8Array): Promise<Image> {
  const { width, height, format, buffer } = (await jpeg.init()).decode(bytes);
  if (format === 1) return { width, height, data: buffer };
  if (format !== 0) throw new TypeError(`decoder gave pixel format ${format}`);
  return { width, height, data: expandGray(buffer) };
}
