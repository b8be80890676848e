import { delay } from "@std/async/delay";
import { assertEquals, assertRejects } from "@std/assert";
import { type DoneReply, StreamClient, StreamClosedError } from "../../../runtime/client/client.ts";
import { countAlive } from "../../helpers/collected.ts";
import { cutProxy } from "../../helpers/cut_proxy.ts";
import { servedApp, until } from "../../helpers/served_app.ts";

const frame = (first: number) => ({
  ...{ format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(first, 0) } as const,
});

Deno.test("StreamClient.send() resolves with the reply of its frame", async () => {
  await using server = await servedApp();
  await using stream = await StreamClient.open(server.url, { model: "unet-small", stream: "a" });
  assertEquals([stream.welcome.stream, stream.welcome.model.provider], ["a", "cpu"]);
  const [first, second, third] = [1, 2, 3].map((value) => stream.send(frame(value), value));
  const dropped = await second!;
  assertEquals([dropped.outcome, dropped.capturedMs], ["dropped", 2]);
  await server.lane.answer();
  const done = await first! as DoneReply;
  assertEquals([done.outcome, done.verdict, done.mask?.width, done.capturedMs], [
    "done",
    "defect",
    16,
    1,
  ]);
  await until(() => server.lane.busy);
  await server.lane.answer();
  assertEquals((await third!).sequence, 2);
  assertEquals([stream.unanswered, stream.counters?.received], [0, 3]);
});

Deno.test("StreamClient iterates over replies in the order of their arrival", async () => {
  await using server = await servedApp();
  const stream = await StreamClient.open(server.url, { model: "unet-small" });
  for (const value of [1, 2, 3]) stream.send(frame(value));
  await until(() => server.deps.streams.list()[0]!.counters().received === 3);
  for (let answered = 0; answered < 2; answered++) {
    await until(() => server.lane.busy);
    await server.lane.answer();
  }
  const seen: unknown[] = [];
  for await (const { sequence, outcome } of stream) {
    seen.push([sequence, outcome]);
    if (seen.length === 3) await stream.close();
  }
  assertEquals(seen, [[1, "dropped"], [0, "done"], [2, "done"]]);
});

Deno.test("StreamClient.close() gives the final counters, which add up", async () => {
  await using server = await servedApp();
  const stream = await StreamClient.open(server.url, { model: "unet-small" });
  const [answered, refused] = [stream.send(frame(1)), stream.send({ ...frame(2), width: 5 })];
  const closed = stream.close();
  await refused;
  await until(() => server.lane.busy);
  await server.lane.answer();
  assertEquals(await closed, {
    ...{ received: 2, done: 1, dropped: 0, expired: 0, refused: 1, failed: 0, inFlight: 0 },
  });
  assertEquals([(await answered).outcome, (await refused).outcome], ["done", "refused"]);
  await assertRejects(() => stream.send(frame(3)), StreamClosedError);
});

Deno.test("StreamClient.close() gives counters also of a stream without a frame", async () => {
  await using server = await servedApp();
  const stream = await StreamClient.open(server.url, { model: "unet-small" });
  assertEquals((await stream.close())?.received, 0);
});

Deno.test("StreamClient.open() throws the named close code", async () => {
  await using server = await servedApp();
  const cases = [[{ model: "none" }, "noSuchModel"], [{ model: "" }, "badHello"]] as const;
  for (const [options, code] of cases) {
    const error = await assertRejects(
      () => StreamClient.open(server.url, options),
      StreamClosedError,
    );
    assertEquals((error as StreamClosedError).code, code);
  }
  await assertRejects(
    () => StreamClient.open("http://127.0.0.1:9", { model: "x" }),
    StreamClosedError,
  );
});

Deno.test("StreamClient rejects what is open when the server ends the stream", async () => {
  await using server = await servedApp({ maxFrameBytes: 4 });
  const stream = await StreamClient.open(server.url, { model: "unet-small" });
  const open = stream.send(frame(1));
  assertEquals((await stream.send({ ...frame(1), bytes: new Uint8Array(5) })).outcome, "refused");
  const error = await assertRejects(() => open, StreamClosedError);
  assertEquals((error as StreamClosedError).code, "frameTooLarge");
  await server.lane.answer();
});

Deno.test("StreamClient ends when its signal aborts", async () => {
  await using server = await servedApp();
  const abort = new AbortController();
  const { signal } = abort;
  const stream = await StreamClient.open(server.url, { model: "unet-small", signal });
  const open = stream.send(frame(1));
  await until(() => server.lane.busy);
  abort.abort(new Error("enough"));
  await assertRejects(() => open, Error, "enough");
  await server.lane.answer();
});

Deno.test("the server closes a socket without the sub-protocol, and says which to offer", async () => {
  await using server = await servedApp();
  for (const path of ["/v1/stream", "/v1/watch/a"]) {
    const socket = new WebSocket(server.url + path);
    const { code, reason } = await new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
    assertEquals([code, reason], [4406, "offer the sub-protocol lineside.v1"]);
  }
});

Deno.test("StreamClient.open() asks for policy, depth, deadline and priority", async () => {
  await using server = await servedApp();
  const wishes = { policy: "queue", depth: 2, deadlineMs: 30, priority: "high" } as const;
  await using stream = await StreamClient.open(server.url, { model: "unet-small", ...wishes });
  const { policy, depth, deadlineMs, priority } = stream.welcome;
  assertEquals({ policy, depth, deadlineMs, priority }, wishes);
  const replies = [1, 2, 3, 4].map((value) => stream.send(frame(value)));
  const refused = await replies[3]!;
  assertEquals([refused.outcome, "error" in refused && refused.error.code], [
    "refused",
    "queue-full",
  ]);
  server.clock.advance(30);
  const expired = await Promise.all(replies.slice(0, 3));
  assertEquals(expired.map(({ outcome }) => outcome), ["expired", "expired", "expired"]);
  await server.lane.answer();
});

Deno.test("StreamClient leaves nothing with a signal that outlives it", async () => {
  await using server = await servedApp();
  const { signal } = new AbortController();
  const clients: WeakRef<StreamClient>[] = [];
  for (let opened = 0; opened < 5; opened++) {
    const stream = await StreamClient.open(server.url, { model: "unet-small", signal });
    clients.push(new WeakRef(stream));
    await stream.close();
  }
  // One may still be held by what ran last.
  assertEquals(await countAlive(clients) <= 1, true);
  signal.throwIfAborted(); // it is still here
});

Deno.test("StreamClient keeps no replies for nobody", async () => {
  await using server = await servedApp();
  for (const keepReplies of [true, false]) {
    const options = { model: "unet-small", keepReplies };
    const stream = await StreamClient.open(server.url, options);
    assertEquals((await stream.send({ ...frame(1), width: 5 })).outcome, "refused");
    await stream.close();
    assertEquals((await Array.fromAsync(stream)).length, keepReplies ? 1 : 0);
  }
});

Deno.test("StreamClient.close() does not wait for a server that is gone", async () => {
  await using server = await servedApp();
  await using proxy = cutProxy(server.url);
  const stream = await StreamClient.open(proxy.url, { model: "unet-small", closeTimeoutMs: 30 });
  proxy.freeze();
  assertEquals(await stream.close(), undefined);
  const { closeCode, message } = stream.closed as StreamClosedError;
  assertEquals([closeCode, message.includes("no goodbye within 30 ms")], [1006, true]);
});

Deno.test("StreamClient.close() leaves the server its time for frames in flight", async () => {
  await using server = await servedApp();
  const stream = await StreamClient.open(server.url, { model: "unet-small", closeTimeoutMs: 30 });
  const reply = stream.send(frame(1));
  const closed = stream.close();
  await delay(100);
  await server.lane.answer();
  assertEquals([(await closed)?.done, (await reply).outcome], [1, "done"]);
});
