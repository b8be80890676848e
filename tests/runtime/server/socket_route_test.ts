import { assertEquals } from "@std/assert";
import { readProblem, testApp } from "../../helpers/test_app.ts";
import { servedApp } from "../../helpers/served_app.ts";

const HANDSHAKE = {
  ...{ upgrade: "websocket", connection: "keep-alive, Upgrade", "sec-websocket-version": "13" },
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

Deno.test("socketRoute() refuses a handshake that is none", async () => {
  const { app } = testApp();
  const spoilt = [
    { connection: "close" },
    { "sec-websocket-version": "8" },
    { "sec-websocket-key": "short" },
    { "sec-websocket-key": "" },
  ];
  for (const headers of spoilt) {
    const response = await app.request("/v1/stream", { headers: { ...HANDSHAKE, ...headers } });
    assertEquals([response.status, response.headers.get("sec-websocket-version")], [400, "13"]);
    assertEquals((await readProblem(response)).code, "bad-request");
  }
});

Deno.test("socketRoute() picks its sub-protocol among those offered", async () => {
  await using server = servedApp();
  const socket = new WebSocket(`${server.url}/v1/stream`, ["lineside.v9", "lineside.v1", "chat"]);
  await new Promise((resolve) => socket.onopen = resolve);
  assertEquals(socket.protocol, "lineside.v1");
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
});
