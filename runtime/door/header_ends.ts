// Counts the request headers in what a client sends, as long as no request has a body. Knows no header's
// meaning.

const [CR, LF] = [13, 10];

export interface HeaderEnds {
  /** Headers that are complete. */
  readonly count: number;
  /** Bytes came after the last of them. */
  readonly more: boolean;
  read(chunk: Uint8Array): void;
}

/** Empty lines before a request are no part of it, and a lone LF ends a line (RFC 9112, section 2.2). */
export function createHeaderEnds(): HeaderEnds {
  let count = 0;
  let inHeader = false;
  let more = false;
  let lineIsEmpty = true;
  return {
    get count() {
      return count;
    },
    get more() {
      return more;
    },
    read(chunk) {
      for (const byte of chunk) {
        more = true;
        if (byte === CR) continue;
        if (byte !== LF) {
          inHeader = true;
          lineIsEmpty = false;
        } else if (inHeader && lineIsEmpty) {
          count++;
          inHeader = more = false;
        } else {
          lineIsEmpty = true;
        }
      }
    },
  };
}
