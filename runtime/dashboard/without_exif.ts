// Pictures without what makes a browser turn them: the server reads pixels as they lie, and so do its masks.

type Bytes = Uint8Array<ArrayBuffer>;
type Part = readonly [begin: number, end: number];

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const EXIF_CHUNK = [..."eXIf"].map(toByte);
const EXIF_SEGMENT = [..."Exif\0"].map(toByte);

/**
 * The pieces of a picture's bytes between its Exif data, for a Blob: APP1 segments of a JPEG (CIPA DC-008), eXIf
 * chunks of a PNG. Browsers turn by the orientation in them, and Chromium does so under `imageOrientation: "none"` too.
 *
 * Bytes that have none, end too early or are no picture come back as one piece.
 */
export function withoutExif(bytes: Bytes): Bytes[] {
  const parts = startsWith(bytes, PNG_SIGNATURE)
    ? exifChunks(bytes)
    : startsWith(bytes, [0xff, 0xd8])
    ? exifSegments(bytes)
    : [];
  const pieces: Bytes[] = [];
  let from = 0;
  for (const [begin, end] of parts) {
    pieces.push(bytes.subarray(from, begin));
    from = end;
  }
  return [...pieces, bytes.subarray(from)];
}

/** Walks the segments before the first scan (ITU-T T.81, B.1.1). */
function* exifSegments(bytes: Bytes): Generator<Part> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) { // fill byte
      at++;
      continue;
    }
    if (marker === 0xda) return;
    const end = at + 2 + view.getUint16(at + 2);
    const isExif = marker === 0xe1 && startsWith(bytes, EXIF_SEGMENT, at + 4);
    if (isExif && end <= bytes.length) yield [at, end];
    at = end;
  }
}

/** Walks the chunks (W3C PNG, 5.3). */
function* exifChunks(bytes: Bytes): Generator<Part> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = PNG_SIGNATURE.length; at + 12 <= bytes.length;) {
    const end = at + 12 + view.getUint32(at);
    if (startsWith(bytes, EXIF_CHUNK, at + 4) && end <= bytes.length) yield [at, end];
    at = end;
  }
}

function toByte(character: string): number {
  return character.charCodeAt(0);
}

function startsWith(bytes: Bytes, prefix: readonly number[], at = 0): boolean {
  return prefix.every((byte, i) => bytes[at + i] === byte);
}
