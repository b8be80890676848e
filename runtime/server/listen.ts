// Opens the address of a server: the HTTP server on a loopback port of its own, and the door before it.

import { behindDoor, type PeerHandler } from "../door/behind_door.ts";
import { readCertificate } from "../door/certificate.ts";
import { type Door, openDoor } from "../door/door.ts";
import type { Config } from "../config/schema.ts";
import type { Logger } from "../log/logger.ts";
import type { Clock } from "../stream/clock.ts";
import { HEADER_BYTES } from "../stream/protocol.ts";
import { watchFiles } from "./watch_files.ts";
import { within } from "./within.ts";

/** For a certificate that ends so soon there is a warning. */
const SOON_MS = 14 * 86_400_000;
/** For the HTTP server to end when nothing is in flight any more. */
const SHUTDOWN_MS = 2000;

/** A frame that is too large is refused by its stream, which says so; one that is this much larger never gets there. */
const SLACK = 2;

export interface Listening {
  /** "https://127.0.0.1:8780". */
  readonly url: string;
  readonly connections: number;
  /** Takes no more connections. */
  shut(): void;
  /** Ends all that are left. */
  close(): Promise<void>;
}

/** @throws {TypeError} for a wrong certificate, Error when the address cannot be had. */
export async function listen(
  config: Pick<Config, "host" | "port" | "tls" | "limits">,
  handler: PeerHandler,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<Listening> {
  const { host, port, limits: { maxConnections, headerMs, maxFrameBytes } } = config;
  const files = config.tls.cert === undefined
    ? undefined
    : { cert: config.tls.cert, key: config.tls.key! };
  const held: { door?: Door } = {};
  const renewal = files && await watchFiles(Object.values(files), renew, { clock });

  async function read() {
    const certificate = files && await readCertificate(files);
    if (certificate && certificate.expires.getTime() < Date.now() + SOON_MS) {
      log.warn("The certificate ends soon", { expires: certificate.expires.toISOString() });
    }
    return certificate;
  }

  async function renew(): Promise<void> {
    try {
      const certificate = await read();
      held.door?.renew(certificate!);
      log("Took a new certificate", { expires: certificate!.expires.toISOString() });
    } catch (error) {
      log.error(`The certificate stays what it was: ${(error as Error).message}`);
    }
  }

  await using stack = new AsyncDisposableStack();
  stack.defer(() => renewal?.());
  const certificate = await read();
  const inner = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    behindDoor(() => held.door?.visits, handler),
  );
  stack.defer(async () => void await within(SHUTDOWN_MS, inner.shutdown()));
  const door = held.door = await openDoor({
    ...{ host, port, innerPort: inner.addr.port, certificate, maxConnections, headerMs, clock },
    sockets: { maxMessageBytes: SLACK * maxFrameBytes, plainBytes: HEADER_BYTES },
  });
  stack.defer(() => door.close());
  const opened = stack.move();
  const named = host.includes(":") ? `[${host}]` : host;
  return {
    url: `${certificate ? "https" : "http"}://${named}:${door.port}`,
    get connections() {
      return door.visits.size;
    },
    shut: () => door.shut(),
    async close() {
      await within(SHUTDOWN_MS, inner.shutdown()); // before the door, so that last answers get out
      await opened.disposeAsync();
    },
  };
}
