// The fast decoder: libvips by way of sharp. The only file that knows sharp.

import { checkImage, expandGray, ImageError, type ImageHeader } from "../models/decode.ts";
import { type Decoder, DecoderError, type Size } from "./decoder.ts";

type Sharp = typeof import("sharp").default;

/**
 * A JPEG this many times larger than wanted, on both axes, is decoded at half or a quarter of its size (the inverse DCT leaves
 * coefficients out) and resized by libvips. Below, libvips decodes all of it anyway.
 */
const SHRINK_FROM = 3;

/**
 * Loads sharp.
 *
 * @throws {DecoderError} when it is not installed, or may not be used.
 */
export async function createSharpDecoder(
  load: () => Promise<{ default: Sharp }> = () => import("sharp"),
): Promise<Decoder> {
  const sharp = await loadModule(load);
  // For the whole process: lanes decode side by side already, and no frame comes twice.
  sharp.concurrency(1);
  sharp.cache(false);
  return {
    name: "sharp",
    async decode(bytes, { maxPixels, shrinkTo }) {
      const header = checkImage(bytes, { maxPixels });
      const { width, height } = header;
      const target = shrinkTo && canShrink(header, shrinkTo) ? shrinkTo : { width, height };
      const data = await decode(sharp, bytes, header, target);
      return { image: { ...target, data }, size: { width, height } };
    },
  };
}

async function loadModule(load: () => Promise<{ default: Sharp }>): Promise<Sharp> {
  try {
    return (await load()).default;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : cause;
    throw new DecoderError(
      "missing",
      `Cannot load sharp: ${reason}. It is native code: run with --allow-ffi on a platform it is built for, or use decoder "imagescript"`,
      { cause },
    );
  }
}

function canShrink({ format, width, height }: ImageHeader, target: Size): boolean {
  return format === "jpeg" &&
    Math.min(width / target.width, height / target.height) >= SHRINK_FROM;
}

/** The pixels in RGB. Damage that libjpeg would only warn of is an error, too: half a picture is none. */
async function decode(
  sharp: Sharp,
  bytes: Uint8Array,
  { format, width, height }: ImageHeader,
  target: Size,
): Promise<Uint8Array> {
  const picture = sharp(bytes, {
    failOn: "warning",
    limitInputPixels: width * height,
    ignoreIcc: true,
  });
  if (target.width !== width || target.height !== height) {
    // libvips' linear kernel is the triangle filter of models/resize.ts, in fixed-point numbers.
    picture.resize({ ...target, fit: "fill", kernel: "linear" });
  }
  const { data, info } = await picture.toColourspace("srgb").removeAlpha().raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: Error) => {
      const reason = cause.message.split("\n")[0];
      throw new ImageError("corrupt", `Cannot decode ${width}×${height} ${format}: ${reason}`, {
        cause,
      });
    });
  if (info.width !== target.width || info.height !== target.height) {
    throw new ImageError(
      "corrupt",
      `Cannot decode ${format}: header says ${width}×${height}, data is ${info.width}×${info.height}`,
    );
  }
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return info.channels === 1 ? expandGray(pixels) : pixels;
}
