// The connections that are open: who is behind each, and which waits too long with its next request. Knows
// no socket.

import type { Clock } from "../stream/clock.ts";
import type { Wire } from "./wire.ts";

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
  /** The request becomes a WebSocket; the connection is cut when that is not in order. */
  upgrade(): void;
  /** The answer is out: the time for the next header begins. */
  end(): void;
}

export interface Visits {
  readonly size: number;
  open(address: string, cut: () => void, wire: Pick<Wire, "begin" | "upgrade">): Visit;
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
    open(address, cut, wire) {
      size++;
      let port: number | undefined;
      let open = true;
      let busy = 0;
      let cancel = clock.after(headerMs, cut);
      const guest: Guest = {
        address,
        begin(request) {
          busy++;
          cancel();
          wire.begin(request);
        },
        upgrade() {
          if (!wire.upgrade()) cut();
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
