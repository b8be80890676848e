// Opens the address of a server: the HTTP server on a loopback port of its own, and the door before it.

import { behindDoor, type PeerHandler } from "../door/behind_door.ts";
import { type Certificate, readCertificate } from "../door/certificate.ts";
import { type Door, openDoor } from "../door/door.ts";
import type { Config } from "../config/schema.ts";
import type { Logger } from "../log/logger.ts";
import type { Clock } from "../stream/clock.ts";
import { HEADER_BYTES } from "../stream/protocol.ts";
import { remindOfEnd } from "./remind_of_end.ts";
import { watchFiles } from "./watch_files.ts";
import { within } from "./within.ts";

/** For the HTTP server to end when nothing is in flight any more. */
const SHUTDOWN_MS = 2000;

/** A frame that is too large is refused by its stream, which says so; one that is this much larger never gets there. */
const SLACK = 2;

export interface Listening {
  /** "https://127.0.0.1:8780". */
  readonly url: string;
  readonly connections: number;
  /** When its certificate ends; undefined without TLS. */
  readonly certificateEnds: Date | undefined;
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
  const held: { door?: Door; certificate?: Certificate } = {};
  let stopReminding = () => {};
  const renewal = files && await watchFiles(Object.values(files), renew, {
    clock,
    refused: ({ message }) => log.error(`The certificate stays what it was: ${message}`),
  });

  function hold(certificate: Certificate): void {
    held.certificate = certificate;
    stopReminding();
    stopReminding = remindOfEnd(certificate.expires, { clock, log });
  }

  async function renew(): Promise<void> {
    const certificate = await readCertificate(files!);
    held.door?.renew(certificate);
    hold(certificate);
    log("Took a new certificate", { expires: certificate.expires.toISOString() });
  }

  await using stack = new AsyncDisposableStack();
  stack.defer(() => stopReminding());
  stack.defer(() => renewal?.());
  const certificate = files && await readCertificate(files);
  if (certificate) hold(certificate);
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
    get certificateEnds() {
      return held.certificate?.expires;
    },
    shut: () => door.shut(),
    async close() {
      await within(SHUTDOWN_MS, inner.shutdown()); // before the door, so that last answers get out
      await opened.disposeAsync();
    },
  };
}
