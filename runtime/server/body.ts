// Reads a request's body within a limit of bytes and of time. Knows nothing of frames.

import { HttpProblem } from "./problem.ts";

export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/**
 * The whole body in one buffer of its own. A declared length above the limit is refused before anything is
 * read, an undeclared one as soon as it is above: never more than the limit and one chunk are held.
 *
 * @throws {HttpProblem} "too-large", "body-timeout", or "bad-request" when the sender broke off.
 */
export async function readBody(
  request: Request,
  { maxBytes, timeoutMs }: BodyLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = Number(request.headers.get("content-length") ?? NaN);
  if (declared > maxBytes) throw tooLarge(`${declared}`, maxBytes);
  if (!request.body) return new Uint8Array();

  const reader = request.body.getReader();
  const late = new HttpProblem("body-timeout", `The body took longer than ${timeoutMs} ms`);
  const timer = setTimeout(() => reader.cancel(late).catch(() => {}), timeoutMs);
  const started = performance.now();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > maxBytes) throw tooLarge(`more than ${maxBytes}`, maxBytes);
      chunks.push(value);
    }
    if (performance.now() - started >= timeoutMs) throw late;
  } catch (error) {
    reader.cancel(error).catch(() => {});
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem("bad-request", "The body broke off");
  } finally {
    clearTimeout(timer);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

function tooLarge(bytes: string, maxBytes: number): HttpProblem {
  return new HttpProblem("too-large", `The body has ${bytes} bytes, the limit is ${maxBytes}`);
}
