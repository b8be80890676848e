import { assertEquals, assertRejects } from "@std/assert";
import { followEvents, ProblemError, StreamClient } from "../../../runtime/client/client.ts";
import { servedApp, until } from "../../helpers/served_app.ts";

const FRAME = { format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(1, 2) } as const;
const NOW = { firstMs: 0, attempts: 3 };

/** Collects messages in the background: sequences of verdicts, reasons of misses. */
function collect(messages: ReturnType<typeof followEvents>) {
  const seen: unknown[] = [];
  const ended = (async () => {
    for await (const message of messages) {
      seen.push(message.kind === "verdict" ? message.event.sequence : message.missed.reason);
    }
  })();
  return { seen, ended };
}

Deno.test("followEvents() gives verdicts, and comes back behind the last one", async () => {
  await using server = await servedApp();
  await using stream = await StreamClient.open(server.url, { model: "unet-small", stream: "a" });
  const send = async () => {
    const reply = stream.send(FRAME);
    await until(() => server.lane.busy);
    await server.lane.answer();
    await reply;
  };
  const abort = new AbortController();
  const options = { stream: "a", signal: abort.signal, backoff: NOW };
  const { seen, ended } = collect(followEvents(server.url, options));
  await until(() => server.deps.events.readers === 1);
  await send();
  await until(() => seen.length === 1);
  // The server ends this reader; one more verdict comes before the client is back.
  const [reader] = [...server.connections].slice(-1);
  await reader!.stop();
  await send();
  await until(() => seen.length === 2);
  assertEquals(seen, [0, 1]);
  abort.abort();
  await ended;
});

Deno.test("followEvents() throws what the server refuses, and what does not get better", async () => {
  await using server = await servedApp({ maxViewers: 0 });
  const bad = followEvents(server.url, { stream: "no name", backoff: NOW });
  assertEquals((await assertRejects(() => bad.next(), ProblemError) as ProblemError).status, 400);
  const full = followEvents(server.url, { backoff: NOW });
  assertEquals((await assertRejects(() => full.next(), ProblemError) as ProblemError).status, 503);
  const nobody = followEvents("http://127.0.0.1:9", { backoff: NOW });
  await assertRejects(() => nobody.next(), TypeError);
});
