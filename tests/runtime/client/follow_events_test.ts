import { assertEquals, assertRejects } from "@std/assert";
import {
  followEvents,
  type FollowEventsOptions,
  ProblemError,
  StreamClient,
} from "../../../runtime/client/client.ts";
import { delay } from "@std/async/delay";
import {
  EVENTS,
  type ScriptedConnection,
  scriptedServer,
  verdictEvent,
} from "../../helpers/scripted_server.ts";
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

/** The first messages of a server, within a time that a hanging client exceeds. */
async function take(count: number, url: string, options: FollowEventsOptions) {
  const signal = AbortSignal.timeout(5000);
  const seen: unknown[] = [];
  for await (const message of followEvents(url, { ...options, signal })) {
    seen.push(message.kind === "verdict" ? message.event.sequence : message.missed.reason);
    if (seen.length === count) break;
  }
  return seen;
}

Deno.test("followEvents() connects again when the server says nothing, not even that it is there", async () => {
  await using server = scriptedServer([
    ({ left }) => left, // no answer at all
    async ({ write, left }) => {
      await write(EVENTS + ": keep-alive\n\n");
      await left;
    },
    async ({ write, left }) => {
      await write(EVENTS + verdictEvent(4));
      await left;
    },
  ]);
  assertEquals(await take(1, server.url, { backoff: NOW, silenceMs: 100 }), [4]);
  assertEquals(server.requests.length, 3);
});

Deno.test("followEvents() takes any byte as a sign, and its own slowness for none", async () => {
  await using server = scriptedServer([
    async ({ write, left }) => {
      await write(EVENTS);
      for (let beat = 0; beat < 10; beat++) {
        await delay(120);
        await write(":\n");
      }
      await write(verdictEvent(1) + verdictEvent(2));
      await delay(100);
      await write(verdictEvent(3));
      await left;
    },
  ]);
  const seen: unknown[] = [];
  for await (const message of followEvents(server.url, { backoff: NOW, silenceMs: 1000 })) {
    seen.push(message.kind === "verdict" && message.event.sequence);
    if (seen.length === 3) break;
    await delay(1100);
  }
  assertEquals([seen, server.requests.length], [[1, 2, 3], 1]);
});

Deno.test("followEvents() does not count breaks of connections that stayed open", async () => {
  const quiet = async ({ write }: ScriptedConnection) => {
    await write(EVENTS + ": keep-alive\n\n");
    await delay(300);
  };
  const backoff = { firstMs: 0, attempts: 2, steadyMs: 50 };
  await using server = scriptedServer([
    ...[quiet, quiet, quiet],
    ({ write }) => write(EVENTS + verdictEvent(4)),
  ]);
  assertEquals(await take(1, server.url, { backoff }), [4]);
  await using hasty = scriptedServer([({ write }) => write(EVENTS)]);
  await assertRejects(() => take(1, hasty.url, { backoff: NOW }), TypeError, "ended the events");
});

Deno.test("followEvents() tries again after 408 and 429, when the server says", async () => {
  const refuse = (status: string) => ({ write }: ScriptedConnection) =>
    write(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`);
  await using server = scriptedServer([
    refuse("408 Request Timeout"),
    refuse("429 Too Many Requests\r\nretry-after: 1"),
    ({ write }) => write(EVENTS + verdictEvent(4)),
  ]);
  const beganMs = performance.now();
  assertEquals(await take(1, server.url, { backoff: NOW }), [4]);
  assertEquals(performance.now() - beganMs >= 999, true);
});

Deno.test("followEvents() comes back behind an id that came without an event", async () => {
  await using server = scriptedServer([
    ({ write }) => write(EVENTS + "retry:2000\nid:run-7\n\n"),
    ({ write }) => write(EVENTS + verdictEvent(8)),
  ]);
  assertEquals(await take(1, server.url, { backoff: NOW }), [8]);
  const ids = server.requests.map((request) => /last-event-id: (\S+)/i.exec(request)?.[1]);
  assertEquals(ids, [undefined, "run-7"]);
});
