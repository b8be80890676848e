// A server with short limits, and a stream that must go on whatever is done to the server beside it.

import { delay } from "@std/async/delay";
import { assertEquals } from "@std/assert";
import { StreamClient } from "../../runtime/client/client.ts";
import { goodPng } from "./frames.ts";
import { connectRaw, statusesOf } from "./raw_connection.ts";
import { startTiny } from "./tiny_server.ts";

export const MAX_FRAME_BYTES = 2 ** 20;

/** For the server to let go of a connection, with the limits below. */
const ALONE_MS = 15_000;

const FLAGS = [
  ...[
    "--lanes=1",
    "--decoder=imagescript",
    "--header-ms=2000",
    "--body-ms=1000",
    "--hello-ms=1000",
  ],
  ...[`--max-frame-bytes=${MAX_FRAME_BYTES}`, "--max-buffered-bytes=65536"],
];

export async function startHostile() {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await startTiny({ flags: FLAGS }));
  const good = stack.use(await StreamClient.open(server.url, { model: "tiny", stream: "good" }));
  const health = `GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;

  /** A value of /metrics. */
  async function metric(name: string): Promise<number> {
    using connection = await connectRaw(server.url);
    await connection.write("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const text = await connection.untilEnd();
    return Number(text.split("\n").find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
  }
  const residentBytes = () => metric(`lineside_process_memory_bytes{kind="resident"}`);
  const connections = () => metric(`lineside_open_sockets{kind="connection"}`);

  return {
    url: server.url,
    log: server.log,
    residentBytes,
    /** The good stream and the server go on. */
    async check() {
      const reply = await good.send({ format: "encoded", bytes: goodPng });
      assertEquals(reply.outcome, "done");
      assertEquals(await statusesOf(server.url, health), [200]);
    },
    /** Nothing is left but the good stream, and the connection that asks. */
    async alone() {
      const endsAt = performance.now() + ALONE_MS;
      for (let left; (left = await connections()) > 2;) {
        if (performance.now() > endsAt) throw new Error(`${left - 2} connections are still held`);
        await delay(50);
      }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
