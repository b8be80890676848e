// Finds the bearer token in a request: in the header, or for a browser's WebSocket, which can set none, in
// an offered sub-protocol. Never in the URL, which ends up in logs. Pure, and loads in a browser.

/** Before the token in an offered sub-protocol. The server never chooses such a one, so it sends no token back. */
export const BEARER_SUBPROTOCOL = "lineside.bearer.";

/** The token, or undefined when there is none (RFC 6750, section 2.1; RFC 6455, section 11.3.4). */
export function bearerOf(headers: Headers): string | undefined {
  const header = headers.get("authorization")?.match(/^Bearer +([\w.~+/-]+=*) *$/i)?.[1];
  if (header !== undefined) return header;
  return headers.get("sec-websocket-protocol")?.split(/\s*,\s*/)
    .find((offered) => offered.startsWith(BEARER_SUBPROTOCOL))
    ?.slice(BEARER_SUBPROTOCOL.length);
}
