import { delay } from "@std/async/delay";
import { assertEquals, assertRejects } from "@std/assert";
import { StreamClient, StreamClosedError, WatchClient } from "../../../runtime/client/client.ts";
import { encodeView } from "../../../runtime/stream/view_protocol.ts";
import { countAlive } from "../../helpers/collected.ts";
import { cutProxy } from "../../helpers/cut_proxy.ts";
import { servedApp, until } from "../../helpers/served_app.ts";

const FRAME = { format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(7, 8) } as const;

Deno.test("WatchClient gives the views of a stream, and ends without an error", async () => {
  await using server = await servedApp();
  const watch = await WatchClient.open(server.url, "camera");
  await until(() => server.deps.views.watched("camera"));
  const stream = await StreamClient.open(server.url, { model: "unet-small", stream: "camera" });
  const seen: unknown[] = [];
  const watching = (async () => {
    for await (const { reply, picture } of watch) {
      seen.push([reply.sequence, reply.outcome, [...picture!.bytes]]);
      if (seen.length === 2) watch.close();
    }
  })();
  for (let sent = 0; sent < 2; sent++) {
    const reply = stream.send(FRAME);
    await until(() => server.lane.busy);
    await server.lane.answer();
    await reply;
    await until(() => seen.length > sent);
  }
  await watching;
  assertEquals(seen, [[0, "done", [7, 8]], [1, "done", [7, 8]]]);
  await stream.close();
});

Deno.test("WatchClient throws when the server closes it", async () => {
  const server = await servedApp();
  const watch = await WatchClient.open(server.url, "camera");
  await until(() => server.deps.views.watched("camera"));
  const error = assertRejects(() => Array.fromAsync(watch), StreamClosedError);
  await server[Symbol.asyncDispose]();
  assertEquals((await error as StreamClosedError).code, "goingAway");
});

const QUICK = { quietMs: 30, answerTimeoutMs: 2000 };

Deno.test("WatchClient waits on a quiet stream, and throws when the server says nothing at all", async () => {
  await using server = await servedApp();
  await using proxy = cutProxy(server.url);
  const watch = await WatchClient.open(proxy.url, "camera", undefined, undefined, QUICK);
  const stream = await StreamClient.open(server.url, { model: "unet-small", stream: "camera" });
  const seen: number[] = [];
  const watching = (async () => {
    for await (const { reply } of watch) seen.push(reply.sequence);
  })();
  const error = assertRejects(() => watching, StreamClosedError, "does not answer");
  for (let sent = 0; sent < 2; sent++) {
    await delay(150); // it is asked several times, and gives one view
    assertEquals((await stream.send({ ...FRAME, width: 5 })).outcome, "refused");
    await until(() => seen.length > sent);
  }
  proxy.freeze();
  assertEquals((await error as StreamClosedError).closeCode, 1006);
  assertEquals(seen, [0, 1]);
  await stream.close();
});

Deno.test("WatchClient loses no view that comes before it is asked for", async () => {
  const reply = (sequence: number) => ({
    ...{ outcome: "failed", sequence, capturedMs: 0 } as const,
    error: { code: "corrupt", message: "broken" },
    counters: { received: 1, done: 0, dropped: 0, expired: 0, refused: 0, failed: 1, inFlight: 0 },
  });
  let asked = 0;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "lineside.v1" });
    socket.onmessage = () => {
      asked++;
      // The second view answers a question that was asked twice.
      for (const sequence of asked === 1 ? [0, 1] : [2]) {
        socket.send(encodeView({ reply: reply(sequence), answeredMs: 0 }));
      }
    };
    return response;
  });
  await using watch = await WatchClient.open(`http://127.0.0.1:${server.addr.port}`, "camera");
  const seen: number[] = [];
  for await (const { reply } of watch) {
    seen.push(reply.sequence);
    if (seen.length === 3) break;
    await delay(50);
  }
  assertEquals([seen, asked], [[0, 1, 2], 2]);
});

Deno.test("WatchClient ends at once, on close and abort, also when the server is gone", async () => {
  await using server = await servedApp();
  await using proxy = cutProxy(server.url);
  const abort = new AbortController();
  const [closed, aborted] = await Promise.all([
    WatchClient.open(proxy.url, "camera"),
    WatchClient.open(proxy.url, "camera", abort.signal),
  ]);
  const watching = [closed, aborted].map((watch) => Array.fromAsync(watch));
  proxy.freeze();
  closed.close();
  abort.abort();
  let seen: unknown;
  Promise.all(watching).then((views) => seen = views);
  await until(() => seen !== undefined);
  assertEquals(seen, [[], []]);
});

Deno.test("WatchClient.open() does not wait for a server that does not answer", async () => {
  await using server = await servedApp();
  await using proxy = cutProxy(server.url);
  proxy.freeze();
  const options = { openTimeoutMs: 30 };
  const opening = WatchClient.open(proxy.url, "camera", undefined, undefined, options);
  await assertRejects(() => opening, StreamClosedError, "no connection within 30 ms");
});

Deno.test("WatchClient leaves nothing with a signal that outlives it", async () => {
  await using server = await servedApp();
  const { signal } = new AbortController();
  const clients: WeakRef<WatchClient>[] = [];
  for (let opened = 0; opened < 5; opened++) {
    await using watch = await WatchClient.open(server.url, "camera", signal);
    clients.push(new WeakRef(watch));
    await until(() => server.deps.views.viewers === 1);
    watch.close();
    await until(() => server.deps.views.viewers === 0);
  }
  // One may still be held by what ran last.
  assertEquals(await countAlive(clients) <= 1, true);
  signal.throwIfAborted(); // it is still here
});
