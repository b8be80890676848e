// The address that others see: takes connections, plain or TLS, within limits, and passes their bytes to the
// HTTP server behind it. It exists because Deno.serve has no limit for connections, no time limit for a
// header, none for a close that is not answered or an answer that is not read, cannot change its certificate,
// and closes every WebSocket when it stops to listen. WebSockets never get there: the door has them itself.

import type { Clock } from "../stream/clock.ts";
import type { Certificate } from "./certificate.ts";
import type { Handshake } from "../websocket/protocol.ts";
import { openWebSocket, type WebSocketOptions } from "../websocket/web_socket.ts";
import { type Passing, passOn } from "./pass_on.ts";
import { listenPlain, listenTls } from "./listen.ts";
import { plainSide, type Side } from "./side.ts";
import { createVisits, type Visits } from "./visits.ts";
import { createWire } from "./wire.ts";

export interface DoorOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the HTTP server is, on loopback. */
  readonly innerPort: number;
  /** TLS when there is one. */
  readonly certificate?: Certificate | undefined;
  readonly maxConnections: number;
  /** For a handshake and a request's header, between requests, and for a peer to read what it is sent. */
  readonly headerMs: number;
  readonly sockets: Pick<WebSocketOptions, "maxMessageBytes" | "plainBytes">;
  readonly clock: Clock;
}

export interface Door {
  readonly port: number;
  /** The connections, as the HTTP server needs them. */
  readonly visits: Visits;
  /** New connections get this one; those that are open keep theirs. */
  renew(certificate: Certificate): void;
  /** Takes no more connections; those that are open go on. */
  shut(): void;
  /** Cuts off whoever is still there. */
  close(): void;
}

/** Small, and said on a connection that never reached the HTTP server. */
const FULL = new TextEncoder().encode(
  "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n" +
    "content-length: 0\r\n\r\n",
);

/** @throws {Error} when the address cannot be had. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { innerPort, certificate, maxConnections, headerMs, sockets, clock } = options;
  const visits = createVisits({ headerMs, clock });
  const cuts = new Set<() => void>();

  async function enter(outer: Side): Promise<void> {
    if (visits.size >= maxConnections) {
      await outer.write(FULL).catch(() => {});
      return outer.destroy();
    }
    const wire = createWire();
    let inner: Side | undefined;
    let passing: Passing | undefined;
    /** Who has the client now. */
    let holder: { stop(): void } | undefined;
    let open = true;
    const cut = () => {
      if (!open) return;
      open = false;
      cuts.delete(cut);
      holder?.stop();
      outer.destroy();
      inner?.destroy();
      visit.close();
    };
    const limits = { clock, readMs: headerMs, cut };
    const upgrade = (handshake: Handshake) => {
      if (!passing || !wire.waits) return void cut();
      const first = passing.handOver();
      const { socket, stop } = openWebSocket(outer, { ...sockets, ...limits, handshake, first });
      holder = { stop };
      return socket;
    };
    const visit = visits.open({ address: outer.address, wire, upgrade, cut });
    cuts.add(cut);
    try {
      const conn = await Deno.connect({ port: innerPort, hostname: "127.0.0.1" });
      if (!open) return conn.close();
      inner = plainSide(conn);
      visit.knownAs(conn.localAddr.port);
      holder = passing = passOn(outer, inner, {
        ...limits,
        ...{ fromClient: wire.fromClient, toClient: wire.toClient },
      });
    } catch {
      cut();
    }
  }

  const listener = certificate === undefined
    ? listenPlain(options, enter)
    : await listenTls({ ...options, certificate, waiting: () => visits.size }, enter);
  return {
    port: listener.port,
    visits,
    renew: (next) => listener.renew?.(next),
    shut: () => listener.close(),
    close() {
      listener.close();
      for (const cut of cuts) cut();
    },
  };
}
