// The client in Node, as its own process: `node tests/runtime/client/node_client.ts URL`. Prints what it saw.

import process from "node:process";
import { followEvents, ReconnectingStream, segment } from "../../../runtime/client/client.ts";

const server = process.argv[2]!;
const frame = () => ({ format: "gray8", width: 8, height: 4, bytes: new Uint8Array(32) }) as const;

const { verdict } = await segment(server, "tiny", frame());
const stream = await ReconnectingStream.open(server, { model: "tiny", stream: "node" });
const results = await Promise.all([1, 2, 3].map(() => stream.send(frame())));
let event: unknown;
for await (const message of followEvents(server, { stream: "node", after: "none-0" })) {
  if (message.kind !== "verdict") continue;
  event = message.event.sequence;
  break;
}
const counters = await stream.close();
console.log(JSON.stringify({
  verdict,
  outcomes: results.map(({ outcome }) => outcome).sort(),
  received: counters?.received,
  event,
}));
