// Masks written as pictures.

import type { Mask } from "../../models/image.ts";

/** A mask of rows of text: "#" is 1, everything else 0. */
export function drawnMask(...rows: string[]): Mask {
  const data = Uint8Array.from(rows.join(""), (pixel) => pixel === "#" ? 1 : 0);
  return { width: rows[0]!.length, height: rows.length, data };
}
