// The handler of the HTTP server behind a door: tells the door when a request begins and ends, and the app
// who asks. What came around the door is refused.

import type { Visits } from "./visits.ts";

/** What the app learns of a connection, as hono's `env`. */
export interface Peer {
  readonly address: string;
}

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
    const upgraded = headers.has("upgrade");
    let response: Response | undefined;
    try {
      response = await handler(request, { address: guest.address });
      if (response.status === 101) guest.upgrade();
      return response;
    } finally {
      // A WebSocket has its own limits, and is no request again.
      if (!upgraded || response?.status !== 101) completed.then(guest.end, guest.end);
    }
  };
}
