// The mask of a client's payload (RFC 6455, section 5.3). Knows no frame.

/**
 * Takes a mask off, in place, or puts it on.
 *
 * @param key its four bytes as a little-endian word: the first is for the first of `bytes`.
 */
export function unmask(bytes: Uint8Array, key: number): void {
  const { buffer, byteOffset, length } = bytes;
  const one = (at: number) => bytes[at]! ^= key >>> (8 * (at & 3));
  const from = Math.min(length, -byteOffset & 3);
  const count = (length - from) >> 2;
  for (let at = 0; at < from; at++) one(at);
  if (count > 0) {
    const words = new Uint32Array(buffer, byteOffset + from, count);
    const turned = from === 0 ? key : (key >>> (8 * from)) | (key << (32 - 8 * from));
    for (let at = 0; at < count; at++) words[at]! ^= turned;
  }
  for (let at = from + 4 * count; at < length; at++) one(at);
}
