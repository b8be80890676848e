import { assertEquals } from "@std/assert";
import { frameBytes, HELLO } from "../../helpers/stream_bench.ts";
import { readProblem, testApp } from "../../helpers/test_app.ts";

Deno.test("createApp() answers healthz always and readyz only with a living lane", async () => {
  const { app, lane } = testApp();
  assertEquals(await (await app.request("/healthz")).json(), { status: "ok" });
  assertEquals((await app.request("/readyz")).status, 200);
  lane.alive = false;
  assertEquals((await app.request("/healthz")).status, 200);
  const problem = await readProblem(await app.request("/readyz"));
  assertEquals([problem.status, problem.detail], [
    503,
    `Model "unet-small" 1.0.0 is failed: it has lost its lane`,
  ]);
});

Deno.test("createApp() lists models and gives a card with an ETag", async () => {
  const { app, lane } = testApp();
  const { models } = await (await app.request("/v1/models")).json();
  assertEquals([models.length, models[0].name, models[0].state], [1, "unet-small", "ready"]);
  assertEquals([models[0].variant, models[0].provider, models[0].card], ["fp32", "cpu", undefined]);

  const response = await app.request("/v1/models/unet-small");
  const etag = response.headers.get("etag")!;
  assertEquals((await response.json()).card, lane.card);
  const again = await app.request("/v1/models/unet-small", { headers: { "if-none-match": etag } });
  assertEquals([again.status, await again.text()], [304, ""]);
});

Deno.test("createApp() lists open streams, and what became of requests", async () => {
  const { app, connect } = testApp();
  const { socket } = connect({
    ...{ ...HELLO, stream: "camera-1", policy: "queue", depth: 3, deadlineMs: 50 },
  });
  socket.receive(frameBytes(1));
  socket.receive(frameBytes(2));
  const { streams, requests } = await (await app.request("/v1/streams")).json();
  const none = { done: 0, dropped: 0, expired: 0, refused: 0, failed: 0 };
  const model = { name: "unet-small", version: "1.0.0" };
  assertEquals(streams, [{
    ...{ name: "camera-1", model, policy: "queue", depth: 3, priority: "normal" },
    ...{ deadlineMs: 50, waiting: 1, counters: { received: 2, inFlight: 2, ...none } },
  }]);
  assertEquals(requests, [{ model, counters: { received: 0, inFlight: 0, ...none } }]);
});

Deno.test("createApp() answers unknown paths with 404 and wrong methods with 405 and Allow", async () => {
  const { app } = testApp();
  for (const path of ["/nothing", "/v1", "/v1/models/a/b", "/app/../serve.ts", "/app/x.ts"]) {
    assertEquals((await readProblem(await app.request(path))).status, 404);
  }
  const cases = { "/healthz": "GET, HEAD", "/v1/models/unet-small/segment": "POST" };
  for (const [path, allow] of Object.entries(cases)) {
    const response = await app.request(path, { method: "DELETE" });
    assertEquals([response.status, response.headers.get("allow")], [405, allow]);
    assertEquals((await readProblem(response)).code, "method-not-allowed");
  }
  assertEquals((await app.request("/healthz", { method: "HEAD" })).status, 200);
});

Deno.test("createApp() explains problems and knows no others", async () => {
  const { app } = testApp();
  const { title, status } = await (await app.request("/problems/too-large")).json();
  assertEquals([title, status], ["The frame is above a limit", 413]);
  assertEquals((await app.request("/problems/constructor")).status, 404);
});

Deno.test("createApp() wants a WebSocket on the streams' paths", async () => {
  const { app } = testApp();
  for (const path of ["/v1/stream", "/v1/watch/a"]) {
    const response = await app.request(path);
    assertEquals([response.status, response.headers.get("upgrade")], [426, "websocket"]);
    const origin = { upgrade: "websocket", origin: "http://evil.example", host: "127.0.0.1:8780" };
    assertEquals(
      (await readProblem(await app.request(path, { headers: origin }))).code,
      "foreign-origin",
    );
  }
  assertEquals((await app.request("/v1/watch/a%2Fb")).status, 400);
});
