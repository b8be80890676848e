import { assertEquals } from "@std/assert";
import type { Handshake } from "../../../runtime/websocket/protocol.ts";
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
    { "sec-websocket-version": undefined },
    { "sec-websocket-key": "short" },
    { "sec-websocket-key": "" },
  ];
  for (const headers of spoilt) {
    const sent = Object.entries({ ...HANDSHAKE, ...headers }).filter(([, value]) =>
      value !== undefined
    );
    const response = await app.request("/v1/stream", { headers: sent as [string, string][] });
    assertEquals([response.status, response.headers.get("sec-websocket-version")], [400, "13"]);
    assertEquals((await readProblem(response)).code, "bad-request");
  }
});

Deno.test("socketRoute() says what it speaks to those who ask for something else", async () => {
  const { app } = testApp();
  for (const headers of [{ upgrade: "h2c" }, { "sec-websocket-version": "8" }]) {
    const response = await app.request("/v1/stream", { headers: { ...HANDSHAKE, ...headers } });
    const said = ["upgrade", "sec-websocket-version"].map((name) => response.headers.get(name));
    assertEquals([response.status, ...said], [426, "websocket", "13"]);
    assertEquals((await readProblem(response)).code, "upgrade-required");
  }
});

Deno.test("socketRoute() finds its tokens in lists, whatever their case", async () => {
  const requests: Handshake[] = [];
  const { app } = testApp({}, undefined, {
    upgrade: (_, handshake) => void requests.push(handshake),
  });
  const headers = { ...HANDSHAKE, upgrade: "h2c, WebSocket", connection: "a ,UPGRADE" };
  await app.request("/v1/stream", { headers });
  assertEquals(requests.map(({ key }) => key), [HANDSHAKE["sec-websocket-key"]]);
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
