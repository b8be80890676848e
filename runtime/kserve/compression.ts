// Bodies as Content-Encoding and Accept-Encoding want them (RFC 9110, section 8.4), within a limit of bytes.

import { acceptsEncodings } from "@std/http/negotiation";
import { HttpProblem } from "../server/problem.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const ENCODINGS = ["gzip", "deflate"] as const;
/** Below this a compressed answer is hardly shorter. */
const MIN_BYTES = 1024;

/**
 * The body as it was before it was compressed. Never more than `maxBytes` and one chunk are held, however
 * much a small body unpacks to.
 *
 * @throws {HttpProblem} "unsupported-media-type", "too-large", or "bad-request" when the body is not of its encoding.
 */
export async function decompress(
  body: Bytes,
  contentEncoding: string | null,
  maxBytes: number,
): Promise<Bytes> {
  const name = (contentEncoding ?? "identity").trim().toLowerCase();
  if (name === "identity" || name === "") return body;
  const encoding = ENCODINGS.find((known) => known === name);
  if (encoding === undefined) {
    throw new HttpProblem(
      "unsupported-media-type",
      `Content-Encoding is "${name}", must be ${ENCODINGS.join(" or ")}`,
      { "accept-encoding": ENCODINGS.join(", ") },
    );
  }
  const chunks: Bytes[] = [];
  let length = 0;
  try {
    for await (
      const chunk of new Blob([body]).stream().pipeThrough(new DecompressionStream(encoding))
    ) {
      length += chunk.length;
      if (length > maxBytes) {
        const detail = `The body unpacks to more than ${maxBytes} bytes, the limit`;
        throw new HttpProblem("too-large", detail);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem("bad-request", `The body is not ${encoding}`);
  }
  return await new Blob(chunks).bytes();
}

/** The answer compressed, when the request asks for that and it is worth it; with the headers that say so. */
export async function compress(
  request: Request,
  body: Bytes,
): Promise<{ body: Bytes; headers: Record<string, string> }> {
  const vary = { vary: "accept-encoding" };
  // An empty value asks for no encoding, RFC 9110, section 12.5.3.
  const accepted = request.headers.get("accept-encoding")?.trim();
  if (!accepted || body.length < MIN_BYTES) return { body, headers: vary };
  const encoding = ENCODINGS.find((name) =>
    name === acceptsEncodings(request, ...ENCODINGS, "identity")
  );
  if (encoding === undefined) return { body, headers: vary };
  const stream = new Blob([body]).stream().pipeThrough(new CompressionStream(encoding));
  return {
    body: await new Response(stream).bytes(),
    headers: { ...vary, "content-encoding": encoding },
  };
}
