// The connections that are open: who is behind each, and which waits too long with its next request. Knows
// no socket.

import type { Clock } from "../stream/clock.ts";
import type { Handshake } from "../websocket/protocol.ts";
import type { ServerSocket } from "../websocket/web_socket.ts";
import type { Wire } from "./wire.ts";

/** A connection as the door has it. */
export interface Visitor {
  /** Address of the peer. */
  readonly address: string;
  readonly wire: Pick<Wire, "begin">;
  /** Undefined when the connection had to be cut instead. */
  upgrade(handshake: Handshake): ServerSocket | undefined;
  cut(): void;
}

export interface Visit {
  /** The port under which the HTTP server sees this connection. */
  knownAs(port: number): void;
  close(): void;
}

/** A connection as the HTTP server sees it. */
export interface Guest {
  /** Address of the peer. */
  readonly address: string;
  /** A request's header is there: its time is no longer the door's matter. */
  begin(request: { readonly hasBody: boolean }): void;
  /** The request becomes a WebSocket: no answer goes out but this one. Undefined when that is not in order, and it was cut. */
  upgrade(handshake: Handshake): ServerSocket | undefined;
  /** The answer is out: the time for the next header begins. */
  end(): void;
}

export interface Visits {
  readonly size: number;
  open(visitor: Visitor): Visit;
  /** Undefined for a port that is none of ours: somebody went around the door. */
  at(port: number): Guest | undefined;
}

/** @param options.headerMs how long a connection may be without a request. */
export function createVisits(
  { headerMs, clock }: { readonly headerMs: number; readonly clock: Clock },
): Visits {
  const guests = new Map<number, Guest>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    open({ address, wire, upgrade, cut }) {
      size++;
      let port: number | undefined;
      let open = true;
      let busy = 0;
      let cancel = clock.after(headerMs, cut);
      const guest: Guest = {
        ...{ address, upgrade },
        begin(request) {
          busy++;
          cancel();
          wire.begin(request);
        },
        end() {
          if (--busy === 0 && open) cancel = clock.after(headerMs, cut);
        },
      };
      return {
        knownAs(known) {
          port = known;
          if (open) guests.set(known, guest);
        },
        close() {
          if (!open) return;
          open = false;
          size--;
          cancel();
          if (port !== undefined && guests.get(port) === guest) guests.delete(port);
          cut();
        },
      };
    },
    at: (port) => guests.get(port),
  };
}
