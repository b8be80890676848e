import { assertEquals } from "@std/assert";
import { createMessageReader, type Message } from "../../../runtime/websocket/message_reader.ts";
import { OPCODES, type RawFrame, rawFrame } from "../../helpers/raw_socket.ts";

const { text, binary, more, ping } = OPCODES;
const pattern = (length: number) => Uint8Array.from({ length }, (_, at) => at % 251);
const bytesOf = (...frames: RawFrame[]) => new Uint8Array(frames.flatMap((f) => [...rawFrame(f)]));

function reading({ maxMessageBytes = 10_000_000, plainBytes = 4 } = {}) {
  const got: (string | Uint8Array)[] = [];
  const messages: Message[] = [];
  const reader = createMessageReader({
    ...{ maxMessageBytes, plainBytes },
    text: (text) => void got.push(text),
    binary: (message) => void messages.push(message),
    control: (opcode, payload) => void got.push(`${opcode} ${payload}`),
  });
  function readChunk(chunk: Uint8Array): number | undefined {
    for (let at = 0; at < chunk.length;) {
      const { next, code } = reader.read(chunk, at);
      if (code !== undefined) return code;
      at = next;
    }
    return undefined;
  }
  /** As a connection reads: into the room there is, else in parts of `size`. */
  function read(bytes: Uint8Array, size = Infinity): number | undefined {
    for (let at = 0; at < bytes.length;) {
      const room = reader.room();
      const part = bytes.subarray(at, at + Math.min(size, room?.length ?? size));
      room?.set(part);
      const code = readChunk(room ? room.subarray(0, part.length) : part);
      if (code !== undefined) return code;
      at += part.length;
    }
    return undefined;
  }
  return { reader, read, readChunk, got, messages };
}

Deno.test("createMessageReader() puts messages together, however the bytes are cut", () => {
  const bytes = bytesOf(
    { opcode: text, payload: "é", fin: true },
    { opcode: binary, payload: pattern(20_000), fin: false },
    { opcode: ping, payload: "p" },
    { opcode: more, payload: pattern(9), fin: false },
    { opcode: more, payload: new Uint8Array() },
    { opcode: binary, payload: pattern(30_001) },
    { opcode: binary },
  );
  for (const size of [1, 7, 5000, Infinity]) {
    const { read, got, messages } = reading();
    assertEquals(read(bytes, size), undefined);
    assertEquals(got, ["é", "9 112"]);
    for (const message of messages) message.unmask();
    assertEquals(messages.map(({ bytes }) => bytes), [
      new Uint8Array([...pattern(20_000), ...pattern(9)]),
      pattern(30_001),
      new Uint8Array(),
    ]);
  }
});

Deno.test("createMessageReader() stops at the end of each frame", () => {
  const { reader, got } = reading();
  const [first, second] = [bytesOf({ opcode: ping, payload: "a" }), bytesOf({ opcode: ping })];
  const both = new Uint8Array([...first, ...second]);
  assertEquals(reader.read(both).next, first.length);
  assertEquals(got, ["9 97"]);
  assertEquals(reader.read(both, first.length).next, both.length);
  assertEquals(got, ["9 97", "9 "]);
});

Deno.test("createMessageReader() leaves the mask on until it is asked, but for the first bytes", () => {
  const { read, messages: [message], messages } = reading();
  assertEquals(message, undefined);
  read(bytesOf({ opcode: binary, payload: new Uint8Array(8) }));
  assertEquals([...messages[0]!.bytes], [0, 0, 0, 0, 1, 2, 3, 4]);
  messages[0]!.unmask();
  messages[0]!.unmask();
  assertEquals([...messages[0]!.bytes], [0, 0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("createMessageReader() uses a buffer again that was given back, and only then", () => {
  const { read, messages } = reading();
  const message = bytesOf({ opcode: binary, payload: pattern(5000) });
  read(message);
  read(message);
  const [first, second] = messages as [Message, Message];
  assertEquals(first.bytes.buffer === second.bytes.buffer, false);
  const { buffer } = first.bytes;
  first.giveBack();
  read(message);
  assertEquals(messages[2]!.bytes.buffer === buffer, true);
  const moved = structuredClone(second.bytes.buffer, { transfer: [second.bytes.buffer] });
  second.giveBack(moved); // a lane had it
  read(bytesOf({ opcode: binary, payload: pattern(4000) }));
  assertEquals(messages[3]!.bytes.buffer, moved);
  messages[3]!.unmask();
  assertEquals(messages[3]!.bytes, pattern(4000));
});

Deno.test("createMessageReader() keeps two buffers, and none that does not fit", () => {
  const { read, messages } = reading();
  const message = bytesOf({ opcode: binary, payload: pattern(5000) });
  for (let i = 0; i < 3; i++) read(message);
  const buffers = messages.map(({ bytes }) => bytes.buffer);
  for (const { giveBack } of messages) giveBack();
  assertEquals(buffers.map(({ detached }) => detached), [false, false, true]);
  read(bytesOf({ opcode: binary, payload: pattern(2000) })); // read into one, of no use to it
  assertEquals(buffers.map(({ detached }) => detached), [true, false, true]);
  assertEquals(buffers.includes(messages[3]!.bytes.buffer), false);

  const small = reading();
  small.read(bytesOf({ opcode: binary, payload: new Uint8Array(4000) }));
  small.messages[0]!.giveBack();
  small.messages[0]!.giveBack(new ArrayBuffer());
  assertEquals(small.reader.room(), undefined);

  const large = reading();
  large.read(bytesOf({ opcode: binary, payload: new Uint8Array(5 * 2 ** 20) }));
  const { buffer } = large.messages[0]!.bytes;
  large.messages[0]!.giveBack();
  assertEquals(buffer.detached, true);
});

Deno.test("createMessageReader() takes no memory before the bytes are there", () => {
  const { reader, read } = reading();
  const head = rawFrame({ opcode: binary, claims: 9_000_000 });
  read(head);
  for (const bytes of [2 ** 20, 2 ** 21, 2 ** 22]) {
    const room = reader.room()!;
    assertEquals(room.byteOffset + room.length, bytes + 16 * bytes / 2 ** 20);
    reader.read(room);
  }
});

Deno.test("createMessageReader() moves a message of many fragments seldom, and keeps to its limit", () => {
  const { reader, read, messages } = reading({ maxMessageBytes: 500_000 });
  const sizes = new Set<number>();
  for (let part = 0; part < 100; part++) {
    const opcode = part === 0 ? binary : more;
    read(rawFrame({ opcode, fin: part === 99, claims: 5000 }));
    const { buffer } = reader.room()!;
    sizes.add(buffer.byteLength);
    read(new Uint8Array(5000));
  }
  assertEquals([sizes.size <= 8, Math.max(...sizes)], [true, 500_016]);
  assertEquals(messages.map(({ bytes }) => bytes.length), [500_000]);
});

Deno.test("createMessageReader() reads a frame with its head into a buffer that waits", () => {
  const { reader, read, readChunk, messages } = reading();
  const frame = (length: number) => bytesOf({ opcode: binary, payload: pattern(length) });
  const place = (bytes: Uint8Array, from = 0) => {
    const room = reader.room()!;
    room.set(bytes.subarray(from, from + room.length));
    assertEquals(readChunk(room.subarray(0, bytes.length - from)), undefined);
    return room.buffer;
  };
  const whole = () => {
    const { bytes, unmask } = messages.at(-1)!;
    unmask();
    return bytes;
  };
  read(frame(70_000));
  const { buffer } = messages[0]!.bytes;
  messages[0]!.giveBack();
  assertEquals(place(frame(69_000)), buffer);
  assertEquals([whole(), whole().buffer === buffer], [pattern(69_000), true]);

  messages[1]!.giveBack();
  place(frame(69_500).subarray(0, 9)); // a head in two parts is copied
  read(frame(69_500).subarray(9));
  assertEquals([whole(), whole().buffer === buffer], [pattern(69_500), false]);

  const two = new Uint8Array([...frame(67_000), ...frame(3)]); // so is what comes with more
  assertEquals(place(two), buffer);
  assertEquals(whole(), pattern(3));
  assertEquals(messages.at(-2)!.bytes.buffer === buffer, false);
  messages.at(-2)!.unmask();
  assertEquals(messages.at(-2)!.bytes, pattern(67_000));
});

Deno.test("createMessageReader() has room for a payload, not for its end and what follows", () => {
  const { reader, read } = reading();
  assertEquals(reader.room(), undefined);
  read(bytesOf({ opcode: binary, payload: pattern(5000) }).subarray(0, 108));
  assertEquals(reader.room()!.length, 4900);
  read(pattern(1000));
  assertEquals(reader.room(), undefined);
});

Deno.test("createMessageReader() says what is not in order", () => {
  const cases: [number, RawFrame[]][] = [
    [1002, [{ opcode: binary, masked: false }]],
    [1009, [{ opcode: binary, payload: new Uint8Array(1001) }]],
    [1007, [{ opcode: text, payload: new Uint8Array([0xc3, 0x28]) }]],
    [1007, [{ opcode: text, payload: new Uint8Array([0xc3]), fin: false }, { opcode: more }]],
  ];
  for (const [code, frames] of cases) {
    assertEquals(reading({ maxMessageBytes: 1000 }).read(bytesOf(...frames)), code);
  }
});
