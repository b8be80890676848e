import { assertEquals, assertRejects } from "@std/assert";
import { openLeanSocket } from "../../../../runtime/bench/load/lean_socket.ts";
import { maskMessage, OPCODES } from "../../../../runtime/bench/load/masked.ts";

/** A server that echoes, and closes at "close" as the client says. */
function echo() {
  const http = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    if (new URL(request.url).pathname !== "/echo") return new Response(null, { status: 404 });
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "some" });
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (data === "close") socket.close(4001, "enough");
      else socket.send(data);
    };
    return response;
  });
  return {
    url: (path: string) => new URL(path, `http://127.0.0.1:${http.addr.port}`),
    [Symbol.asyncDispose]: () => http.shutdown(),
  };
}

Deno.test("openLeanSocket() sends and takes messages of all lengths, in order, to the close", async () => {
  await using server = echo();
  const came: { opcode: number; payload: Uint8Array }[] = [];
  const socket = await openLeanSocket(server.url("/echo"), {
    protocol: "some",
    onMessage: (opcode, payload) => void came.push({ opcode, payload: payload.slice() }),
  });
  const lengths = [0, 125, 126, 65535, 65536, 500_000];
  const payloads = lengths.map((length) => new Uint8Array(length).fill(length % 251));
  for (const payload of payloads) socket.write(maskMessage(OPCODES.binary, payload));
  socket.write(maskMessage(OPCODES.text, new TextEncoder().encode("a word")));
  socket.write(maskMessage(OPCODES.text, new TextEncoder().encode("close")));
  assertEquals(await socket.closed, { code: 4001, reason: "enough" });
  assertEquals(came.map(({ opcode }) => opcode), [2, 2, 2, 2, 2, 2, 1]);
  assertEquals(came.slice(0, -1).map(({ payload }) => payload), payloads);
  assertEquals(new TextDecoder().decode(came.at(-1)!.payload), "a word");
});

Deno.test("openLeanSocket() answers a ping", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const opening = openLeanSocket(new URL(`http://127.0.0.1:${listener.addr.port}/`), {
    ...{ protocol: "some", onMessage() {} },
  });
  const conn = await listener.accept();
  const chunk = new Uint8Array(1000);
  await conn.read(chunk);
  const answer = new TextEncoder().encode("HTTP/1.1 101 Switching Protocols\r\n\r\n");
  await conn.write(Uint8Array.of(...answer, 0x89, 1, 120));
  const got = await conn.read(chunk);
  assertEquals(chunk.subarray(0, got!), maskMessage(OPCODES.pong, Uint8Array.of(120)));
  conn.close();
  await assertRejects(() => opening.then(({ closed }) => closed), Error);
});

Deno.test("openLeanSocket() says when the server does not upgrade", async () => {
  await using server = echo();
  const options = { protocol: "some", onMessage() {} };
  await assertRejects(() => openLeanSocket(server.url("/none"), options), Error, "404");
});
