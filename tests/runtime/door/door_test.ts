import { assert, assertEquals, assertRejects } from "@std/assert";
import { behindDoor } from "../../../runtime/door/behind_door.ts";
import { readCertificate } from "../../../runtime/door/certificate.ts";
import { type Door, type DoorOptions, openDoor } from "../../../runtime/door/door.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { until } from "../../helpers/served_app.ts";
import { shownName } from "../../helpers/shown_name.ts";

const TLS = new URL("../../helpers/tls/", import.meta.url).pathname;
const certificateOf = (name: string) =>
  readCertificate({ cert: `${TLS}${name}.crt`, key: `${TLS}${name}.key` });

/** An HTTP server behind a door: it says who asks, and echoes on WebSockets. */
async function stand(changed: Partial<DoorOptions> = {}) {
  const clock = fakeClock();
  let door: Door | undefined;
  const inner = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    behindDoor(() => door?.visits, async (request, { address, upgrade }) => {
      if (request.headers.has("upgrade")) {
        const key = request.headers.get("sec-websocket-key")!;
        const socket = upgrade({ key, protocol: undefined });
        socket?.listen({ message: (data) => socket.send(data as string) });
        return new Response();
      }
      return Response.json({ address, bytes: (await request.bytes()).length });
    }),
  );
  try {
    door = await openDoor({
      ...{ host: "127.0.0.1", port: 0, innerPort: inner.addr.port },
      sockets: { maxMessageBytes: 1000, plainBytes: 0 },
      ...{ maxConnections: 10, headerMs: 1000, clock, ...changed },
    });
  } catch (error) {
    await inner.shutdown();
    throw error;
  }
  return {
    ...{ door, clock, inner },
    async [Symbol.asyncDispose]() {
      door.close();
      await inner.shutdown();
    },
  };
}

async function trusting() {
  return Deno.createHttpClient({ caCerts: [await Deno.readTextFile(`${TLS}ca.crt`)] });
}

Deno.test("openDoor() passes requests on with the peer's address, and bodies whole", async () => {
  await using stood = await stand();
  const body = new Uint8Array(3_000_000);
  const answer = await fetch(`http://127.0.0.1:${stood.door.port}/`, { method: "POST", body });
  assertEquals(await answer.json(), { address: "127.0.0.1", bytes: 3_000_000 });
});

Deno.test("behindDoor() refuses who goes around the door", async () => {
  await using stood = await stand();
  const answer = await fetch(`http://127.0.0.1:${stood.inner.addr.port}/`);
  await answer.body?.cancel();
  assertEquals(answer.status, 403);
});

Deno.test("openDoor() speaks TLS and shows a new certificate without dropping a connection", async () => {
  await using stood = await stand({ certificate: await certificateOf("one") });
  using client = await trusting();
  const { port } = stood.door;
  const socket = new WebSocket(`wss://localhost:${port}/`, { client } as unknown as string);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = (event) => reject((event as ErrorEvent).error ?? event);
  });
  const echo = (text: string) =>
    new Promise((resolve) => {
      socket.onmessage = ({ data }) => resolve(data);
      socket.send(text);
    });
  assertEquals([await echo("before"), await shownName(port, `${TLS}ca.crt`)], ["before", "one"]);
  stood.door.renew(await certificateOf("two"));
  assertEquals([await echo("after"), await shownName(port, `${TLS}ca.crt`)], ["after", "two"]);
  const answer = await fetch(`https://localhost:${port}/`, { client } as RequestInit);
  assertEquals((await answer.json()).bytes, 0);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
});

Deno.test("openDoor() answers 503 above its connections and takes more when one leaves", async () => {
  await using stood = await stand({ maxConnections: 1 });
  const { port } = stood.door;
  const first = await Deno.connect({ port });
  await until(() => stood.door.visits.size === 1);
  const second = await Deno.connect({ port });
  const said = new Uint8Array(100);
  await second.read(said);
  assert(new TextDecoder().decode(said).startsWith("HTTP/1.1 503 "));
  second.close();
  first.close();
  await until(() => stood.door.visits.size === 0);
  assertEquals((await (await fetch(`http://127.0.0.1:${port}/`)).json()).bytes, 0);
});

Deno.test("openDoor() cuts off a header that does not come to its end", async () => {
  await using stood = await stand();
  using slow = await Deno.connect({ port: stood.door.port });
  await slow.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a"));
  await until(() => stood.door.visits.size === 1);
  stood.clock.advance(999);
  assertEquals(stood.door.visits.size, 1);
  stood.clock.advance(1);
  assertEquals(await slow.read(new Uint8Array(10)).catch(() => null), null);
});

Deno.test("openDoor() shut() refuses new connections and keeps a WebSocket open", async () => {
  await using stood = await stand();
  const { port } = stood.door;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  await new Promise((resolve) => socket.onopen = resolve);
  stood.door.shut();
  await assertRejects(() => Deno.connect({ port }));
  socket.send("still here");
  assertEquals((await new Promise<MessageEvent>((r) => socket.onmessage = r)).data, "still here");
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
});

Deno.test("openDoor() says when a port is taken", async () => {
  using taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = taken.addr as Deno.NetAddr;
  await assertRejects(() => stand({ port }), Error, "something else does");
});

Deno.test("openDoor() ends a handshake that is none, and counts those that have not begun", async () => {
  const certificate = await certificateOf("one");
  await using stood = await stand({ certificate, headerMs: 300, maxConnections: 1 });
  const { port } = stood.door;
  using silent = await Deno.connect({ port });
  using second = await Deno.connect({ port });
  assertEquals(await second.read(new Uint8Array(1)).catch(() => null), null);
  assertEquals(await silent.read(new Uint8Array(1)).catch(() => null), null);
  await until(() => stood.door.visits.size === 0);
  assertEquals(await shownName(port, `${TLS}ca.crt`), "one");
});
