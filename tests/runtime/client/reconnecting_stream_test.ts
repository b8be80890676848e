import { delay } from "@std/async/delay";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type ConnectionChange,
  ReconnectingStream,
  StreamClosedError,
} from "../../../runtime/client/client.ts";
import { countAlive } from "../../helpers/collected.ts";
import { cutProxy } from "../../helpers/cut_proxy.ts";
import { servedApp, until } from "../../helpers/served_app.ts";

const frame = (first: number) => ({
  ...{ format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(first, 0) } as const,
});
const OPTIONS = { model: "unet-small", stream: "line-1", backoff: { firstMs: 1 } };
type Server = Awaited<ReturnType<typeof servedApp>>;

async function answer(server: Server, count: number) {
  for (let answered = 0; answered < count; answered++) {
    await until(() => server.lane.busy);
    await server.lane.answer();
  }
}

Deno.test("ReconnectingStream comes back under its name and says which frames are lost", async () => {
  await using server = await servedApp();
  const changes: string[] = [];
  const onConnection = (change: ConnectionChange) => changes.push(change.state);
  await using proxy = cutProxy(server.url);
  const stream = await ReconnectingStream.open(proxy.url, { ...OPTIONS, onConnection });
  const first = stream.send(frame(1), 11);
  await until(() => server.lane.busy);
  proxy.cut();
  const lost = await first;
  assertEquals([lost.outcome, lost.capturedMs], ["lost", 11]);
  assert(lost.outcome === "lost" && lost.error.code === "connection-lost");
  await server.lane.answer(); // the lane's answer finds nobody

  const second = stream.send(frame(2));
  await answer(server, 1);
  assertEquals((await second).outcome, "done");
  assertEquals(server.deps.streams.list().map(({ name }) => name), ["line-1"]);
  assertEquals([stream.name, stream.connected, stream.inFlight], ["line-1", true, 0]);
  assertEquals((await stream.close())?.received, 1);
  assertEquals(changes, ["open", "waiting", "open", "closed"]);
  await assertRejects(() => stream.send(frame(3)), StreamClosedError, "closed by its owner");
});

Deno.test("ReconnectingStream holds a bounded number of frames in flight, the others wait", async () => {
  await using server = await servedApp();
  await using stream = await ReconnectingStream.open(server.url, {
    ...{ ...OPTIONS, maxInFlight: 1, maxWaiting: 2 },
  });
  const sent = [1, 2, 3, 4].map((value) => stream.send(frame(value), value));
  const full = await sent[3]!;
  assertEquals([full.outcome, full.capturedMs], ["unsent", 4]);
  assertEquals(stream.inFlight, 1);
  await answer(server, 3);
  const results = await Promise.all(sent.slice(0, 3));
  assertEquals(results.map(({ outcome, capturedMs }) => [outcome, capturedMs]), [
    ["done", 1],
    ["done", 2],
    ["done", 3],
  ]);
});

Deno.test("ReconnectingStream drops at once, when that is its policy", async () => {
  await using server = await servedApp();
  await using stream = await ReconnectingStream.open(server.url, {
    ...{ ...OPTIONS, maxInFlight: 1, whenFull: "drop" },
  });
  const first = stream.send(frame(1));
  const dropped = await stream.send(frame(2));
  assert(dropped.outcome === "unsent" && dropped.error.code === "full");
  await answer(server, 1);
  assertEquals((await first).outcome, "done");
});

Deno.test("ReconnectingStream keeps a frame above the server's limit at home", async () => {
  await using server = await servedApp();
  await using stream = await ReconnectingStream.open(server.url, OPTIONS);
  const result = await stream.send({ ...frame(1), bytes: new Uint8Array(1001) });
  assert(result.outcome === "unsent" && result.error.code === "too-large");
  assertEquals(stream.connected, true);
});

Deno.test("ReconnectingStream counts a connection without replies as broken", async () => {
  await using server = await servedApp();
  await using stream = await ReconnectingStream.open(server.url, {
    ...{ ...OPTIONS, replyTimeoutMs: 20 },
  });
  assertEquals((await stream.send(frame(1))).outcome, "lost");
  await server.lane.answer();
});

Deno.test("ReconnectingStream waits for a server that is not there yet, and gives up in the end", async () => {
  const waits: number[] = [];
  const onConnection = (change: ConnectionChange) => {
    if (change.state === "waiting") waits.push(change.waitMs);
  };
  const backoff = { firstMs: 2, attempts: 3, random: () => 1 };
  await assertRejects(
    () => ReconnectingStream.open("http://127.0.0.1:9", { ...OPTIONS, backoff, onConnection }),
    StreamClosedError,
  );
  assertEquals(waits, [2, 4]);
});

Deno.test("ReconnectingStream does not try again what cannot get better", async () => {
  await using server = await servedApp();
  const error = await assertRejects(
    () => ReconnectingStream.open(server.url, { ...OPTIONS, model: "none" }),
    StreamClosedError,
  );
  assertEquals((error as StreamClosedError).code, "noSuchModel");
});

Deno.test("ReconnectingStream ends with its signal, also while it waits to come back", async () => {
  const server = await servedApp();
  const abort = new AbortController();
  const backoff = { firstMs: 60_000 };
  const { signal } = abort;
  const stream = await ReconnectingStream.open(server.url, { ...OPTIONS, backoff, signal });
  await server[Symbol.asyncDispose]();
  await until(() => !stream.connected);
  const waiting = stream.send(frame(1));
  abort.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
});

Deno.test("ReconnectingStream holds nothing of the connections that it has lost", async () => {
  await using server = await servedApp();
  await using proxy = cutProxy(server.url);
  const { signal } = new AbortController();
  const welcomes: WeakRef<object>[] = []; // a connection holds its own
  const onConnection = (change: ConnectionChange) => {
    if (change.state === "open") welcomes.push(new WeakRef(change.welcome));
  };
  await using stream = await ReconnectingStream.open(proxy.url, {
    ...{ ...OPTIONS, onConnection, signal },
  });
  for (let lost = 0; lost < 6; lost++) {
    const reply = stream.send({ ...frame(1), width: 5 });
    assertEquals((await reply).outcome, "refused");
    proxy.cut();
    await until(() => welcomes.length === lost + 2 && stream.connected);
  }
  // The one that is open, and perhaps what ran last.
  assertEquals(await countAlive(welcomes) <= 2, true);
  signal.throwIfAborted(); // it is still here
});

Deno.test("ReconnectingStream does not give up on a line that breaks now and then without a frame", async () => {
  await using server = await servedApp();
  await using proxy = cutProxy(server.url);
  const backoff = { firstMs: 1, attempts: 2, steadyMs: 50 };
  let opened = 0;
  const onConnection = ({ state }: ConnectionChange) => void (opened += state === "open" ? 1 : 0);
  await using stream = await ReconnectingStream.open(proxy.url, {
    ...{ ...OPTIONS, backoff, onConnection },
  });
  for (let lost = 0; lost < 4; lost++) {
    await delay(60);
    proxy.cut();
    await until(() => opened === lost + 2 && stream.connected);
  }
});

Deno.test("ReconnectingStream.close() does not wait for a server that is gone", async () => {
  await using server = await servedApp();
  await using proxy = cutProxy(server.url);
  const stream = await ReconnectingStream.open(proxy.url, { ...OPTIONS, closeTimeoutMs: 30 });
  proxy.freeze();
  assertEquals(await stream.close(), undefined);
});
