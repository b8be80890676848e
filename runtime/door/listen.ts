// Takes the connections of an address, plain or TLS. Plain ones are Deno's own, which cost least; TLS is
// node's, which alone can change its certificate.

import type { Server as NetServer, Socket } from "node:net";
import { createServer } from "node:tls";
import type { Clock } from "../stream/clock.ts";
import type { Certificate } from "./certificate.ts";
import { plainSide, type Side, socketSide } from "./side.ts";

export interface Address {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface Listener {
  readonly port: number;
  /** New connections get this one. Absent without TLS. */
  renew?(certificate: Certificate): void;
  /** Takes no more; those that are open go on. */
  close(): void;
}

/** Where the system gives no more connections for now, one is asked for again after this. */
const AGAIN_MS = 50;

/** @throws {Error} when the address cannot be had. */
export function listenPlain(
  { host, port, clock }: Address & { readonly clock: Clock },
  enter: (side: Side) => void,
): Listener {
  let listener: Deno.TcpListener;
  try {
    listener = Deno.listen({ hostname: host, port });
  } catch (cause) {
    throw refusal({ host, port }, cause, cause instanceof Deno.errors.AddrInUse);
  }
  let open = true;
  async function take(): Promise<void> {
    while (open) {
      try {
        enter(plainSide(await listener.accept()));
      } catch {
        if (open) await new Promise<void>((resolve) => clock.after(AGAIN_MS, resolve));
      }
    }
  }
  take();
  return {
    port: listener.addr.port,
    close() {
      if (open) listener.close();
      open = false;
    },
  };
}

export interface TlsOptions extends Address {
  readonly certificate: Certificate;
  readonly maxConnections: number;
  /** For a handshake. */
  readonly headerMs: number;
  /** Connections that are open, without those that shake hands. */
  waiting(): number;
}

/** @throws {Error} when the address cannot be had. */
export async function listenTls(
  options: TlsOptions,
  enter: (side: Side) => void,
): Promise<Listener> {
  const { certificate: { cert, key }, maxConnections, headerMs, waiting } = options;
  const handshaking = new Set<Socket>();
  const done = (raw: Socket) => handshaking.delete(raw);
  const server = createServer(
    { cert, key, allowHalfOpen: true, handshakeTimeout: headerMs },
    (socket) => enter(socketSide(socket)),
  );
  // Before the handshake a connection is known by its address alone.
  server.on("connection", (raw: Socket) => {
    if (handshaking.size + waiting() >= maxConnections) return void raw.destroy();
    handshaking.add(raw);
    raw.once("close", () => done(raw));
  });
  server.on("secureConnection", ({ remoteAddress, remotePort }) => {
    for (const raw of handshaking) {
      if (raw.remotePort === remotePort && raw.remoteAddress === remoteAddress) done(raw);
    }
  });
  server.on("tlsClientError", (_error, socket) => void socket.destroy());
  await bound(server, options);
  return {
    port: (server.address() as { port: number }).port,
    renew: ({ cert, key }) => server.setSecureContext({ cert, key }),
    close: () => void server.close(),
  };
}

async function bound(server: NetServer, { host, port }: Address): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, host, resolve);
  try {
    await promise;
  } catch (cause) {
    throw refusal({ host, port }, cause, (cause as { code?: string }).code === "EADDRINUSE");
  }
}

function refusal({ host, port }: Address, cause: unknown, isTaken: boolean): Error {
  const why = isTaken ? "something else does; choose another --port" : (cause as Error).message;
  return new Error(`Cannot listen on ${host}:${port}: ${why}`, { cause });
}
