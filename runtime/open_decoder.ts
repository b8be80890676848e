// Chooses a decoder. What each does is decoder.ts's and decode_sharp.ts's matter.

import { type Decoder, DecoderError, type DecoderName, imagescriptDecoder } from "./decoder.ts";
import { createSharpDecoder } from "./decode_sharp.ts";

/**
 * The decoder of that name; with "auto" sharp, or imagescript where sharp is missing.
 *
 * @param load is replaced in tests.
 * @throws {DecoderError} when sharp is named and missing.
 */
export async function openDecoder(
  name: DecoderName | "auto",
  load: () => Promise<Decoder> = createSharpDecoder,
): Promise<Decoder> {
  if (name === "imagescript") return imagescriptDecoder;
  try {
    return await load();
  } catch (error) {
    if (name === "auto" && error instanceof DecoderError) return imagescriptDecoder;
    throw error;
  }
}
