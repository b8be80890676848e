import { assertEquals } from "@std/assert";
import { readProblem, testApp } from "../../helpers/test_app.ts";
import { servedApp, until } from "../../helpers/served_app.ts";

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
  await using server = await servedApp();
  const socket = new WebSocket(`${server.url}/v1/stream`, ["lineside.v9", "lineside.v1", "chat"]);
  await new Promise((resolve) => socket.onopen = resolve);
  assertEquals(socket.protocol, "lineside.v1");
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
});

Deno.test("socketRoute() closes what a revoked token has open, and looks no longer than that", async () => {
  const holds = new Map<string, () => void>();
  await using server = await servedApp({}, {
    onRevoked(request, end) {
      const { pathname } = new URL(request.url);
      holds.set(pathname, end);
      return () => holds.delete(pathname);
    },
  });
  const paths = ["/v1/stream", "/v1/watch/a"];
  for (const path of paths) {
    const socket = new WebSocket(server.url + path, ["lineside.v1"]);
    const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
    await until(() => holds.has(path));
    holds.get(path)!();
    const { code, reason } = await closed;
    assertEquals([code, reason], [4403, "the token is no longer good for this"]);
    await until(() => holds.size === 0);
  }
  assertEquals(server.connections.size, 0);
});
