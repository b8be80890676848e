// Builds PNG files byte by byte, so that tests can make the odd ones. Uses no image library.

import { crc32 } from "node:zlib";

export interface PngParts {
  width: number;
  height: number;
  /** Bits a channel. */
  depth: 1 | 2 | 4 | 8 | 16;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  colorType: 0 | 2 | 3 | 4 | 6;
  /** Scan lines, each with its filter byte in front. */
  scanLines: Uint8Array<ArrayBuffer>;
  /** RGB triples. */
  palette?: Uint8Array;
}

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export async function makePng(parts: PngParts): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = [PNG_SIGNATURE, headerChunk(parts)];
  if (parts.palette) chunks.push(pngChunk("PLTE", parts.palette));
  chunks.push(pngChunk("IDAT", await zlib(parts.scanLines)), pngChunk("IEND", new Uint8Array()));
  return concat(chunks);
}

/** Signature and IHDR alone: what a picture of any claimed size begins with. */
export function makePngHeader(width: number, height: number): Uint8Array<ArrayBuffer> {
  return concat([PNG_SIGNATURE, headerChunk({ width, height, depth: 8, colorType: 2 })]);
}

export function pngChunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = concat([new TextEncoder().encode(type), data]);
  return concat([uint32(data.length), body, uint32(crc32(body))]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function headerChunk(parts: Pick<PngParts, "width" | "height" | "depth" | "colorType">) {
  const { width, height, depth, colorType } = parts;
  return pngChunk(
    "IHDR",
    concat([uint32(width), uint32(height), Uint8Array.of(depth, colorType, 0, 0, 0)]),
  );
}

async function zlib(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
