// The handler of the HTTP server behind a door: tells the door when a request begins and ends, and the app
// who asks. What came around the door is refused.

import type { Guest, Visits } from "./visits.ts";

/** What the app learns of a connection. */
export type Peer = Pick<Guest, "address" | "upgrade">;

export type PeerHandler = (request: Request, peer: Peer) => Response | Promise<Response>;

export function behindDoor(
  visits: () => Visits | undefined,
  handler: PeerHandler,
): Deno.ServeHandler<Deno.NetAddr> {
  return async (request, { remoteAddr, completed }) => {
    const guest = visits()?.at(remoteAddr.port);
    if (!guest) return new Response(null, { status: 403 });
    const { headers } = request;
    guest.begin({ hasBody: headers.has("content-length") || headers.has("transfer-encoding") });
    let upgraded = false;
    const upgrade: Guest["upgrade"] = (handshake) => {
      upgraded = true; // a WebSocket has its own limits, and is no request again
      return guest.upgrade(handshake);
    };
    try {
      return await handler(request, { address: guest.address, upgrade });
    } finally {
      const end = () => upgraded || guest.end();
      completed.then(end, end);
    }
  };
}
