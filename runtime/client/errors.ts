// The errors of the client, from problem+json and from close codes. Loads in a browser.

import { type CloseName, closeName } from "../stream/close_codes.ts";

/** The server answered a request with an error (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  /** HTTP status. */
  readonly status: number;
  /** For programs, e.g. "too-large"; "unknown" when something between answered without one. */
  readonly code: string;
  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** The connection was closed by the server, or broke. */
export class StreamClosedError extends Error {
  override readonly name = "StreamClosedError";
  /** WebSocket close code; 1006 when the connection broke. */
  readonly closeCode: number;
  /** Name in the table of close codes, for a code of that table. */
  readonly code: CloseName | undefined;
  constructor(closeCode: number, reason: string) {
    const name = closeName(closeCode);
    super(`The stream is closed: ${reason || name || "the connection broke"} (${closeCode})`);
    this.closeCode = closeCode;
    this.code = name;
  }
}

/** The error that an error response carries. */
export async function problemError(response: Response): Promise<ProblemError> {
  const { status, statusText } = response;
  try {
    const { code, detail } = await response.json() as { code?: string; detail?: string };
    return new ProblemError(status, code ?? "unknown", detail ?? statusText);
  } catch {
    return new ProblemError(status, "unknown", `The server answered ${status} ${statusText}`);
  }
}
