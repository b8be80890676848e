import { assertEquals } from "@std/assert";
import { maskFrame, maskMessage, OPCODES } from "../../../../runtime/bench/load/masked.ts";
import { createFrameHeads } from "../../../../runtime/websocket/frame_heads.ts";
import { decodeFrame } from "../../../../runtime/stream/protocol.ts";

/** The payload as RFC 6455, section 5.3, takes the mask off. */
function unmask(message: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const payload = message.slice(message.length - length);
  const key = message.subarray(message.length - length - 4, message.length - length);
  return payload.map((byte, at) => byte ^ key[at % 4]!);
}

Deno.test("maskMessage() makes one masked frame of any length", () => {
  for (const length of [0, 1, 125, 126, 65535, 65536]) {
    const payload = Uint8Array.from({ length }, (_, at) => at % 255);
    const message = maskMessage(OPCODES.binary, payload);
    const { head: { key: _, ...head } = {}, next } = createFrameHeads().read(message, 0);
    const lengthBytes = length > 65535 ? 8 : length > 125 ? 2 : 1;
    assertEquals(head, { fin: true, reserved: 0, opcode: 2, masked: true, length, lengthBytes });
    assertEquals(next, message.length - length);
    assertEquals(unmask(message, length), payload);
  }
});

Deno.test("maskFrame() stamps each message, and lets one that is still written alone", async () => {
  const bytes = Uint8Array.from({ length: 6 }, (_, at) => at);
  const frame = maskFrame({ format: "rgb8", width: 2, height: 1, bytes });
  const written: Uint8Array[] = [];
  const slow = Promise.withResolvers<void>();
  const send = (sequence: number, until?: Promise<void>) =>
    frame.send({ sequence, capturedMs: sequence / 3 }, async (message) => {
      written.push(message);
      await until;
    });
  const first = send(2 ** 32 - 1, slow.promise);
  await send(7);
  const messages = written.map((message) => decodeFrame(unmask(message, 30)));
  const same = { format: "rgb8", width: 2, height: 1, bytes } as const;
  assertEquals(messages, [
    { ...same, sequence: 2 ** 32 - 1, capturedMs: (2 ** 32 - 1) / 3 },
    { ...same, sequence: 7, capturedMs: 7 / 3 },
  ]);
  slow.resolve();
  await first;
  await send(8);
  assertEquals(written[2] === written[0], true);
});

Deno.test("maskFrame() says no size of an encoded frame", async () => {
  const frame = maskFrame({ format: "encoded", width: 5, height: 5, bytes: Uint8Array.of(9) });
  await frame.send({ sequence: 0, capturedMs: 0 }, (message) => {
    const { format, width, height } = decodeFrame(unmask(message, 25));
    assertEquals([format, width, height], ["encoded", 0, 0]);
    return Promise.resolve();
  });
});
