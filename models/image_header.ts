// Reads type and size from the first bytes of a picture file. Takes no pixel memory and knows no decoder.

/** What is wrong with picture bytes. */
export type ImageErrorCode = "empty" | "unsupported" | "truncated" | "too-large" | "corrupt";

/** Bytes that cannot become an image. */
export class ImageError extends Error {
  /** Names the case for a caller that answers differently to each. */
  readonly code: ImageErrorCode;
  constructor(code: ImageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ImageError";
    this.code = code;
  }
}

/** What the header of a picture says. */
export interface ImageHeader {
  readonly format: "png" | "jpeg";
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IHDR = 0x49484452;
const IEND = 0x49454e44;

/** JPEG segments that define tables: quantization, Huffman, restart interval. */
const TABLES = new Set([0xdb, 0xc4, 0xdd]);

/**
 * Reads the header of a PNG (W3C PNG, 11.2.1 IHDR) or JPEG (ITU-T T.81, B.2.2 frame header).
 * Throws ImageError: `empty`, `unsupported` naming what the bytes look like, `truncated` or `corrupt`.
 */
export function readHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length === 0) throw new ImageError("empty", "Cannot decode image: there are no bytes");
  const header = startsWith(bytes, PNG_SIGNATURE)
    ? { format: "png" as const, ...readPngSize(bytes) }
    : startsWith(bytes, [0xff, 0xd8])
    ? { format: "jpeg" as const, ...readJpegSize(bytes) }
    : undefined;
  if (header === undefined) {
    throw new ImageError(
      "unsupported",
      `Cannot decode image: looks like ${guessType(bytes)}, must be PNG or JPEG`,
    );
  }
  const { format, width, height } = header;
  if (width === 0 || height === 0) {
    throw new ImageError("corrupt", `Cannot decode ${format}: header says ${width}×${height}`);
  }
  return header;
}

function readPngSize(bytes: Uint8Array): { width: number; height: number } {
  if (bytes.length < 33) throw truncated("PNG", "in the header");
  const view = viewOf(bytes);
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== IHDR) {
    throw new ImageError("corrupt", "Cannot decode PNG: first chunk must be IHDR of 13 bytes");
  }
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** Bits a channel of a PNG whose header has been read; of a palette's colours it is the index that has them. */
export function pngDepth(bytes: Uint8Array): number {
  return bytes[24]!;
}

function readJpegSize(bytes: Uint8Array): { width: number; height: number } {
  const view = viewOf(bytes);
  for (const { marker, at, end } of jpegSegments(bytes)) {
    if (!isFrameHeader(marker)) {
      // Only tables, application data and comments: anything else here could hide a second frame header.
      if (TABLES.has(marker) || marker >= 0xe0 && marker <= 0xef || marker === 0xfe) continue;
      throw new ImageError("corrupt", `Cannot decode JPEG: marker ${hex(marker)} before the frame`);
    }
    if (end > bytes.length) break;
    if (end - at < 8) throw new ImageError("corrupt", "Cannot decode JPEG: frame header too short");
    const [precision, components] = [bytes[at + 2]!, bytes[at + 7]!];
    if (marker > 0xc2) throw unsupportedJpeg(`lossless or arithmetic coding (${hex(marker)})`);
    if (precision !== 8) throw unsupportedJpeg(`${precision} bits a channel`);
    if (components !== 1 && components !== 3) {
      throw unsupportedJpeg(components === 4 ? "CMYK colours" : `${components} channels`);
    }
    return { height: view.getUint16(at + 3), width: view.getUint16(at + 5) };
  }
  throw truncated("JPEG", "before the frame header");
}

/**
 * Checks that a picture goes on to its end mark, so that a cut-off file never becomes a half-empty image.
 * Bytes after the end mark are allowed. Throws ImageError `truncated`, or `corrupt` for a broken structure.
 */
export function checkComplete(bytes: Uint8Array, format: ImageHeader["format"]): void {
  if (format === "png") {
    const view = viewOf(bytes);
    for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
      if (view.getUint32(at + 4) === IEND) return;
    }
    throw truncated("PNG", "before the IEND chunk");
  }
  for (const { marker } of jpegSegments(bytes)) {
    if (marker === 0xd9) return;
  }
  throw truncated("JPEG", "before the end-of-image marker");
}

/** Walks the segments after SOI (T.81, B.1.1); `at` is where the length stands, `end` where the segment ends. */
function* jpegSegments(
  bytes: Uint8Array,
): Generator<{ marker: number; at: number; end: number }> {
  const view = viewOf(bytes);
  for (let at = 2; at + 2 <= bytes.length;) {
    if (bytes[at] !== 0xff) {
      throw new ImageError("corrupt", `Cannot decode JPEG: no marker at byte ${at}`);
    }
    const marker = bytes[at + 1]!;
    at++;
    if (marker === 0xff) continue; // fill byte
    at++;
    if (marker === 0xd9) yield { marker, at, end: at };
    if (marker === 0xd9 || at + 2 > bytes.length) return;
    const length = view.getUint16(at);
    yield { marker, at, end: at + length };
    at += length; // a length below 2 lands on no marker
    if (marker === 0xda) at = endOfScan(bytes, at);
  }
}

/** Coded data runs to the next marker that is neither a stuffed zero nor a restart marker (T.81, B.1.1.5). */
function endOfScan(bytes: Uint8Array, at: number): number {
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at === -1 || at + 1 >= bytes.length) return bytes.length;
    const next = bytes[at + 1]!;
    if (next !== 0x00 && (next < 0xd0 || next > 0xd7)) return at;
    at += 2;
  }
}

function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function unsupportedJpeg(what: string): ImageError {
  return new ImageError(
    "unsupported",
    `Cannot decode JPEG: it has ${what}, must be 8-bit grey or colour, baseline or progressive`,
  );
}

function truncated(type: string, where: string): ImageError {
  return new ImageError("truncated", `Cannot decode ${type}: the bytes end ${where}`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hex(byte: number): string {
  return `0x${byte.toString(16)}`;
}

function startsWith(bytes: Uint8Array, prefix: ArrayLike<number>, at = 0): boolean {
  return Array.prototype.every.call(prefix, (byte, i) => bytes[at + i] === byte);
}

function guessType(bytes: Uint8Array): string {
  const text = (word: string, at = 0) =>
    startsWith(bytes, Array.from(word, (c) => c.charCodeAt(0)), at);
  if (text("GIF8")) return "GIF";
  if (text("RIFF") && text("WEBP", 8)) return "WebP";
  if (text("BM")) return "BMP";
  if (text("II*\0") || text("MM\0*")) return "TIFF";
  if (text("ftyp", 4)) return "AVIF, HEIC or MP4";
  if (text("%PDF")) return "PDF";
  const head = bytes.subarray(0, 64);
  if (head.every((byte) => byte === 9 || byte === 10 || byte === 13 || byte >= 32)) return "text";
  return `unknown data (first bytes ${head.subarray(0, 4).toHex()})`;
}
