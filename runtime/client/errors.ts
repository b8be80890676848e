// The errors of the client, from problem+json and from close codes. Loads in a browser.

import { type CloseName, closeName } from "../stream/close_codes.ts";

/** The server answered a request with an error (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  /** HTTP status. */
  readonly status: number;
  /** For programs, e.g. "too-large"; "unknown" when something between answered without one. */
  readonly code: string;
  /** What the server wants waited before the next attempt, in ms; undefined when it says nothing. */
  readonly retryAfterMs: number | undefined;
  constructor(status: number, code: string, detail: string, retryAfterMs?: number) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
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

/** Longest wait that a server may ask for, in ms. */
const MAX_RETRY_AFTER_MS = 600_000;

/** The error that an error response carries. */
export async function problemError(response: Response): Promise<ProblemError> {
  const { status, statusText } = response;
  const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"));
  try {
    const { code, detail } = await response.json() as { code?: string; detail?: string };
    return new ProblemError(status, code ?? "unknown", detail ?? statusText, retryAfterMs);
  } catch {
    const detail = `The server answered ${status} ${statusText}`;
    return new ProblemError(status, "unknown", detail, retryAfterMs);
  }
}

/** Seconds or a date (RFC 9110, section 10.2.3), in ms from now. */
function parseRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}
