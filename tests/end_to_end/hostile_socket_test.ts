// WebSockets that break RFC 6455 or the limits, byte by byte, beside a stream that must not notice.

import { assert, assertEquals } from "@std/assert";
import { encodeFrame } from "../../runtime/stream/protocol.ts";
import { goodPng } from "../helpers/frames.ts";
import { MAX_FRAME_BYTES, startHostile } from "../helpers/hostile_server.ts";
import {
  handshake,
  helloText,
  OPCODES,
  openRaw,
  type RawFrame,
  rawFrame,
} from "../helpers/raw_socket.ts";
import { connectRaw, statusesOf } from "../helpers/raw_connection.ts";

const MiB = 2 ** 20;
/** Growth of the resident size that a hostile connection may cause: the heap grows in steps. */
const MAX_GROWTH = 96 * MiB;

const { text, binary, more, close, ping, pong } = OPCODES;
const frame = (sequence: number, bytes = goodPng) =>
  encodeFrame({ sequence, capturedMs: 0, format: "encoded", width: 0, height: 0, bytes });
const sequenceOf = (payload: Uint8Array) => new DataView(payload.buffer).getUint32(4, true);

/** A message in parts of `size` bytes. */
function fragments(payload: Uint8Array, size: number): RawFrame[] {
  const count = Math.ceil(payload.length / size);
  return Array.from({ length: count }, (_, i) => ({
    opcode: i === 0 ? binary : more,
    fin: i === count - 1,
    payload: payload.subarray(i * size, (i + 1) * size),
  }));
}

Deno.test("the server survives hostile WebSockets, and the others do not notice", async (t) => {
  await using server = await startHostile();
  const { url } = server;

  /** One attack; afterwards the others go on, and nothing is left of it. */
  const attack = (name: string, run: () => Promise<void>) =>
    t.step(name, async () => {
      await server.check();
      const before = await server.residentBytes();
      await run();
      const growth = await server.residentBytes() - before;
      assert(growth < MAX_GROWTH, `the server grew by ${(growth / MiB).toFixed()} MiB`);
      await server.check();
    });

  await attack("a frame in 100 fragments with pings between them is answered", async () => {
    using socket = await openRaw(url, {});
    const parts = fragments(frame(7), Math.ceil(frame(7).length / 100));
    for (const [i, part] of parts.entries()) {
      await socket.send(part);
      if (i === 50) {
        await socket.send({ opcode: ping, payload: "between" });
        const { opcode, payload } = await socket.next();
        assertEquals([opcode, new TextDecoder().decode(payload)], [pong, "between"]);
      }
    }
    const { opcode, payload } = await socket.next();
    assertEquals([opcode, payload[2], sequenceOf(payload)], [binary, 0, 7]);
    await socket.send({ opcode: close });
    await socket.closed();
    await server.alone();
  });

  const wrong: [string, RawFrame[]][] = [
    ["a frame without a mask", [{ opcode: binary, payload: frame(1), masked: false }]],
    ...[1, 2, 4].map((reserved): [string, RawFrame[]] => [
      `reserved bit ${reserved}`,
      [{ opcode: binary, payload: frame(1), reserved }],
    ]),
    ...[3, 7, 11, 15].map((opcode): [string, RawFrame[]] => [
      `reserved opcode ${opcode}`,
      [{ opcode, payload: frame(1) }],
    ]),
    ["a ping of 126 bytes", [{ opcode: ping, payload: new Uint8Array(126) }]],
    ["a ping in fragments", [{ opcode: ping, fin: false }]],
    ["a continuation of nothing", [{ opcode: more, payload: frame(1) }]],
    ["a message within a message", [
      { opcode: binary, fin: false, payload: frame(1) },
      { opcode: binary, payload: frame(2) },
    ]],
    ["a close of one byte", [{ opcode: close, payload: "x" }]],
    ["a close with a reserved code", [{ opcode: close, payload: new Uint8Array([3, 237]) }]],
    ["text that is no UTF-8", [{ opcode: text, payload: new Uint8Array([0xc3, 0x28]) }]],
    ["a length of 2 to the power of 62", [{ opcode: binary, claims: 2 ** 62 }]],
    ["a length just above the largest frame", [{ opcode: binary, claims: 8 * MAX_FRAME_BYTES }]],
  ];
  for (const [name, frames] of wrong) {
    await attack(`${name} ends the connection`, async () => {
      using socket = await openRaw(url, {});
      for (const frame of frames) await socket.send(frame);
      const code = await socket.closed();
      const codes = [undefined, 1002, 1007, 1009, 4409];
      assert(codes.includes(code), `it was closed with ${code}`);
      await server.alone();
    });
  }

  await attack("a message too large ends the stream as frameTooLarge", async () => {
    using socket = await openRaw(url, {});
    await socket.send({ opcode: binary, payload: frame(1, new Uint8Array(MAX_FRAME_BYTES + 1)) });
    assertEquals((await socket.next()).opcode, binary); // refused
    assertEquals(await socket.closed(), 4413);
    await server.alone();
  });

  for (const size of [MiB, 64]) {
    await attack(`a message without an end, in parts of ${size} bytes, is cut`, async () => {
      using socket = await openRaw(url, {});
      await socket.send({ opcode: binary, fin: false });
      const part = rawFrame({ opcode: more, fin: false, payload: new Uint8Array(size) });
      const burst = new Uint8Array(Math.floor(MiB / part.length + 1) * part.length);
      for (let at = 0; at < burst.length; at += part.length) burst.set(part, at);
      // What comes after the goodbye is read and thrown away; the server may not grow by it.
      for (let sent = 0; sent < 256 && await socket.connection.write(burst);) sent++;
      const code = await socket.closed();
      // A client that writes on when it is cut off may lose the goodbye with what it had not read.
      assert(code === 1009 || code === undefined, `it was closed with ${code}`);
      await server.alone();
    });
  }

  await attack("a flood of pings holds up nobody", async () => {
    using socket = await openRaw(url, {});
    const one = rawFrame({ opcode: ping, payload: "x".repeat(125) });
    const burst = new Uint8Array(500 * one.length);
    for (let at = 0; at < burst.length; at += one.length) burst.set(one, at);
    for (let i = 0; i < 40 && await socket.connection.write(burst); i++) {
      socket.connection.take(socket.connection.received.length);
      if (i % 10 === 0) await server.check();
    }
  });

  await attack("a flood of text before the hello ends the connection", async () => {
    using socket = await openRaw(url);
    for (let i = 0; i < 1000; i++) {
      if (!await socket.send({ opcode: text, payload: "x".repeat(4000) })) break;
    }
    const code = await socket.closed();
    assert([4400, 4401, undefined].includes(code), `it was closed with ${code}`);
    await server.alone();
  });

  await attack("silence, and pings alone, end in helloTimeout", async () => {
    using silent = await openRaw(url);
    using pinging = await openRaw(url);
    for (let i = 0; i < 3; i++) await pinging.send({ opcode: ping });
    assertEquals([await silent.closed(), await pinging.closed()], [4401, 4401]);
    await server.alone();
  });

  await attack("a FIN after the hello, and within a frame, ends the stream", async () => {
    using whole = await openRaw(url, { stream: "a" });
    using broken = await openRaw(url, {});
    await broken.connection.write(rawFrame({ opcode: binary, payload: frame(1) }).subarray(0, 50));
    for (const { connection } of [whole, broken]) await connection.finish();
    await Promise.all([whole.closed(), broken.closed()]);
    await server.alone();
    using again = await openRaw(url, { stream: "a" }); // the name is free
    await again.send({ opcode: close });
    await again.closed();
  });

  await attack("a client that closes without a FIN of its own is let go", async () => {
    using socket = await openRaw(url, {});
    await socket.send({ opcode: text, payload: `{"type":"bye"}` });
    await socket.closed();
    await server.alone();
  });

  await attack("a reader that stalls is cut", async () => {
    using socket = await openRaw(url, {}, { reads: false });
    const one = rawFrame({ opcode: binary, payload: frame(1, new Uint8Array()) });
    const burst = new Uint8Array(1000 * one.length);
    for (let at = 0; at < burst.length; at += one.length) burst.set(one, at);
    let sent = 0;
    while (sent < 5000 && await socket.connection.write(burst)) sent++;
    assert(sent < 5000, "it was never cut");
    await server.alone();
  });

  await attack("wrong handshakes are refused", async () => {
    for (const version of ["", "0", "8", "12", "14", "13, 8", "x".repeat(1000)]) {
      assertEquals(
        await statusesOf(url, handshake(url, { version, more: "X-A: b\r\n" })),
        [426],
        version,
      );
    }
    await server.alone();
  });

  await attack("a client that does not wait for the handshake's answer is cut", async () => {
    using socket = await connectRaw(url);
    const head = new TextEncoder().encode(handshake(url));
    const hello = rawFrame({ opcode: text, payload: helloText() });
    await socket.write(new Uint8Array([...head, ...hello]));
    assertEquals((await socket.untilEnd()).includes("welcome"), false);
    await server.alone();
  });
});
