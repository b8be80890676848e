// The one table of WebSocket close codes (RFC 6455, section 7.4). Server, client and page share it, so it
// must load in a browser and imports nothing.

export const CLOSE_CODES = {
  /** The stream was ended by a "bye". */
  normal: 1000,
  /** The server stops. */
  goingAway: 1001,
  /** The model is still loading: try again later. */
  notReady: 1013,
  badHello: 4400,
  helloTimeout: 4401,
  /** The token that opened it was revoked, lost its role or has expired. */
  tokenRevoked: 4403,
  noSuchModel: 4404,
  wrongSubprotocol: 4406,
  /** The client does not read its replies. */
  stalledReader: 4408,
  /** A message that the sub-protocol does not know. */
  protocolViolation: 4409,
  frameTooLarge: 4413,
  /** Another connection streams under this name. */
  streamTaken: 4423,
  tooManyStreams: 4429,
  internal: 4500,
} as const;

export type CloseName = keyof typeof CLOSE_CODES;

const NAMES = new Map(
  Object.entries(CLOSE_CODES).map(([name, code]) => [code as number, name as CloseName]),
);

/** The name of a code in {@linkcode CLOSE_CODES}, or undefined for a code that is not ours. */
export function closeName(code: number): CloseName | undefined {
  return NAMES.get(code);
}

/** Cuts a reason to the 123 bytes of UTF-8 that a close frame carries (RFC 6455, section 5.5). */
export function closeReason(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= 123) return text;
  const cut = new TextDecoder().decode(bytes.subarray(0, 120)).replace(/\uFFFD+$/, "");
  return `${cut}…`;
}
