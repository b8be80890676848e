// The address that others see: takes connections, plain or TLS, within limits, and passes their bytes to the
// HTTP server behind it. It exists because Deno.serve has no limit for connections, no time limit for a
// header, none for a close that is not answered or an answer that is not read, cannot change its certificate,
// and closes every WebSocket when it stops to listen.

import { connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import type { Clock } from "../stream/clock.ts";
import type { Certificate } from "./certificate.ts";
import { type Passing, passOn } from "./pass_on.ts";
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
  /** Most bytes of a WebSocket's message, in all its fragments. */
  readonly maxMessageBytes: number;
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
const FULL = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n" +
  "content-length: 0\r\n\r\n";

/** @throws {Error} when the address cannot be had. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { host, port, innerPort, certificate, maxConnections, headerMs, maxMessageBytes, clock } =
    options;
  const sockets = new Set<Socket>();
  const visits = createVisits({ headerMs, clock });

  function hold(socket: Socket): void {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  }

  function enter(outer: Socket): void {
    hold(outer);
    if (visits.size >= maxConnections) return void outer.end(FULL, () => outer.destroy());
    outer.setNoDelay(true);
    const inner = connect({ port: innerPort, host: "127.0.0.1", allowHalfOpen: true });
    hold(inner);
    inner.setNoDelay(true);
    let passing: Passing | undefined;
    const wire = createWire(maxMessageBytes);
    const cut = () => {
      passing?.stop();
      outer.destroy();
      inner.destroy();
    };
    const visit = visits.open(outer.remoteAddress ?? "", cut, wire);
    inner.once("connect", () => {
      visit.knownAs(inner.localPort!);
      passing = passOn(outer, inner, { wire, clock, readMs: headerMs, cut });
    });
    outer.once("close", () => visit.close());
    inner.once("close", () => {
      if (!passing?.ending) visit.close();
    });
  }

  function createTls({ cert, key }: Certificate): TlsServer {
    const handshaking = new Set<Socket>();
    const done = (raw: Socket) => handshaking.delete(raw);
    const server = createTlsServer(
      { cert, key, allowHalfOpen: true, handshakeTimeout: headerMs },
      enter,
    );
    // Before the handshake a connection is known by its address alone.
    server.on("connection", (raw: Socket) => {
      if (handshaking.size + visits.size >= maxConnections) return void raw.destroy();
      handshaking.add(raw);
      raw.once("close", () => done(raw));
    });
    server.on("secureConnection", ({ remoteAddress, remotePort }) => {
      for (const raw of handshaking) {
        if (raw.remotePort === remotePort && raw.remoteAddress === remoteAddress) done(raw);
      }
    });
    server.on("tlsClientError", (_error, socket) => void socket.destroy());
    return server;
  }

  const server: Server | TlsServer = certificate === undefined
    ? createServer({ allowHalfOpen: true }, enter)
    : createTls(certificate);
  await listen(server, host, port);
  return {
    port: (server.address() as { port: number }).port,
    visits,
    renew: ({ cert, key }) => (server as TlsServer).setSecureContext({ cert, key }),
    shut: () => void server.close(),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, host, resolve);
  try {
    await promise;
  } catch (cause) {
    const code = (cause as { code?: string }).code;
    throw new Error(
      code === "EADDRINUSE"
        ? `Cannot listen on ${host}:${port}: something else does; choose another --port`
        : `Cannot listen on ${host}:${port}: ${(cause as Error).message}`,
      { cause },
    );
  }
}
