import { assertEquals } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { createMessageReader, type Message } from "../../../runtime/websocket/message_reader.ts";
import { OPCODES, rawFrame } from "../../helpers/raw_socket.ts";

const { binary, more, ping } = OPCODES;
const SEED = 1;
const MESSAGES = 1500;

Deno.test("createMessageReader() mixes up no messages, however they are cut, kept and given back", () => {
  const random = createRandom(SEED);
  const sizes = [0, 1, 125, 126, 4000, 9000, 9500, 65_535, 70_000, 72_000];
  const sent: Uint8Array[] = [];
  const pings = { sent: 0, got: 0 };
  /** Messages that are in use: each is read late, after others have come. */
  const held: { message: Message; expected: Uint8Array }[] = [];
  let got = 0;
  let used = 0;

  function end({ message, expected }: typeof held[number]): void {
    const way = random.int(4);
    if (way > 0) { // else it is replaced unseen
      message.unmask();
      assertEquals(message.bytes, expected);
      used++;
    }
    const { buffer } = message.bytes;
    if (way === 1) return; // its lane died with it
    if (way === 2) message.giveBack(buffer.transfer());
    else message.giveBack();
  }

  const reader = createMessageReader({
    ...{ maxMessageBytes: 100_000, plainBytes: 24, text() {} },
    control: (_, payload) => void (pings.got += payload.length),
    binary(message) {
      held.push({ message, expected: sent[got++]! });
      while (held.length > random.int(5)) end(held.splice(random.int(held.length), 1)[0]!);
    },
  });

  function frames(): Uint8Array[] {
    const size = sizes[random.int(sizes.length)]!;
    const payload = Uint8Array.from({ length: size }, (_, at) => at * 7 + sent.length);
    sent.push(payload);
    const out: Uint8Array[] = [];
    for (let at = 0, fin = false; !fin;) {
      const part = random.int(3) === 0 ? random.int(size - at + 1) : size - at;
      fin = at + part === size;
      const opcode = out.length === 0 ? binary : more;
      out.push(rawFrame({ opcode, fin, payload: payload.subarray(at, at + part) }));
      at += part;
      if (random.int(4) > 0) continue;
      const said = new Uint8Array(random.int(126));
      pings.sent += said.length;
      out.push(rawFrame({ opcode: ping, payload: said }));
    }
    return out;
  }

  function read(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const room = reader.room() ?? new Uint8Array(4096);
      const most = random.int(3) > 0 ? room.length : 1 + random.int(20);
      const part = bytes.subarray(at, at + Math.min(room.length, most));
      room.set(part);
      at += part.length;
      for (let taken = 0; taken < part.length;) {
        const { next, code } = reader.read(room.subarray(0, part.length), taken);
        assertEquals(code, undefined);
        taken = next;
      }
    }
  }

  while (sent.length < MESSAGES) {
    const batch = Array.from({ length: 1 + random.int(4) }, frames).flat();
    const bytes = new Uint8Array(batch.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const frame of batch) {
      bytes.set(frame, at);
      at += frame.length;
    }
    read(bytes);
  }
  for (const last of held) end(last);
  assertEquals([got, pings.got], [sent.length, pings.sent]);
  assertEquals(used > MESSAGES / 2, true);
});
