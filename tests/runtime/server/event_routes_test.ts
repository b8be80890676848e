import { assertEquals } from "@std/assert";
import { settled } from "../../helpers/fake_lane.ts";
import { frameBytes, HELLO } from "../../helpers/stream_bench.ts";
import { readProblem, testApp } from "../../helpers/test_app.ts";

/** Reads the text of a body chunk by chunk. */
function textOf(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  return {
    /** Chunks until one has `end`. */
    async until(end: string): Promise<string> {
      let text = "";
      while (!text.includes(end)) {
        const { done, value } = await reader.read();
        if (done) return `${text}(end)`;
        text += value;
      }
      return text;
    },
    cancel: () => reader.cancel(),
  };
}

async function answered(bench: ReturnType<typeof testApp>, stream: string, sequence: number) {
  const { socket } = bench.connect({ ...HELLO, stream });
  socket.receive(frameBytes(sequence));
  await bench.lane.answer();
  socket.drop();
}

Deno.test("eventRoutes() tells verdicts with their id, and goes on behind Last-Event-ID", async () => {
  const bench = testApp();
  const response = await bench.app.request("/v1/streams/a/events");
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const events = textOf(response);
  assertEquals(await events.until("\n\n"), "id:run-0\nretry:2000\n\n");
  await answered(bench, "b", 1);
  await answered(bench, "a", 2);
  const text = await events.until("\n\n");
  const [id, event, data] = ["id:run-2", "event:verdict", "data:"];
  assertEquals([text.includes(id), text.includes(event)], [true, true]);
  const { sequence, verdict, model } = JSON.parse(
    text.split("\n").find((line) => line.startsWith(data))!.slice(data.length),
  );
  assertEquals([sequence, verdict, model.name], [2, "defect", "unet-small"]);
  await events.cancel();
  await settled();
  assertEquals([bench.deps.events.readers, bench.connections.size], [0, 0]);

  const again = textOf(
    await bench.app.request("/v1/events", { headers: { "last-event-id": "run-1" } }),
  );
  assertEquals((await again.until("verdict")).includes("run-2"), true);
  await again.cancel();
});

Deno.test("eventRoutes() says that something was missed", async () => {
  const bench = testApp();
  await answered(bench, "a", 1);
  const headers = { "last-event-id": "other-1" };
  const events = textOf(await bench.app.request("/v1/events", { headers }));
  const text = await events.until("verdict");
  assertEquals(text.includes(`event:missed\ndata:{"reason":"restart","count":null}`), true);
  await events.cancel();
});

Deno.test("eventRoutes() writes a comment when nothing happens", async () => {
  const bench = testApp();
  const events = textOf(await bench.app.request("/v1/events"));
  await events.until("\n\n");
  const next = events.until("\n\n");
  await settled();
  bench.clock.advance(15_000);
  assertEquals(await next, ": keep-alive\n\n");
  await events.cancel();
});

Deno.test("eventRoutes() waits for one change at a time, however long nothing happens", async () => {
  const bench = testApp();
  const { follow } = bench.deps.events;
  let waits = 0;
  bench.deps.events.follow = (options) => {
    const reader = follow(options);
    const { changed } = reader;
    return Object.assign(reader, { changed: () => (waits++, changed()) });
  };
  const events = textOf(await bench.app.request("/v1/events"));
  await events.until("\n\n");
  for (let silence = 0; silence < 3; silence++) {
    const next = events.until("\n\n");
    await settled();
    bench.clock.advance(15_000);
    assertEquals(await next, ": keep-alive\n\n");
  }
  assertEquals(waits, 1);
  const next = events.until("\n\n");
  await answered(bench, "a", 1);
  assertEquals([(await next).includes("run-1"), bench.clock.pending], [true, 1]);
  await events.cancel();
});

Deno.test("eventRoutes() ends when the server stops", async () => {
  const bench = testApp();
  const events = textOf(await bench.app.request("/v1/events"));
  await events.until("\n\n");
  for (const connection of bench.connections) await connection.stop();
  assertEquals(await events.until("never"), "(end)");
  assertEquals(bench.connections.size, 0);
});

Deno.test("eventRoutes() ends when the token is revoked, and looks no longer than that", async () => {
  const ends = new Set<() => void>();
  const bench = testApp({}, undefined, {
    onRevoked(_, end) {
      ends.add(end);
      return () => ends.delete(end);
    },
  });
  const left = textOf(await bench.app.request("/v1/events"));
  await left.until("\n\n");
  await left.cancel();
  await settled();
  assertEquals(ends.size, 0);
  const events = textOf(await bench.app.request("/v1/events"));
  await events.until("\n\n");
  for (const end of ends) end();
  assertEquals(await events.until("never"), "(end)");
  assertEquals([ends.size, bench.connections.size, bench.deps.events.readers], [0, 0, 0]);
});

Deno.test("eventRoutes() bounds its readers, and HEAD takes no place", async () => {
  const bench = testApp({ maxViewers: 1 });
  assertEquals((await bench.app.request("/v1/events", { method: "HEAD" })).status, 200);
  const response = await bench.app.request("/v1/events");
  assertEquals(response.status, 200);
  const events = textOf(response);
  const refused = await bench.app.request("/v1/streams/a/events");
  assertEquals([refused.status, (await readProblem(refused)).code], [503, "overloaded"]);
  await events.cancel();
  assertEquals((await bench.app.request("/v1/streams/a%20b/events")).status, 400);
});
