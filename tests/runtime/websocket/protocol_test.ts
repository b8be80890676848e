import { assertEquals } from "@std/assert";
import {
  answerClose,
  encodeAnswer,
  encodeClose,
  encodeFrame,
} from "../../../runtime/websocket/protocol.ts";
import { rawFrame } from "../../helpers/raw_socket.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("encodeAnswer() accepts the key of RFC 6455, section 1.3", () => {
  const key = "dGhlIHNhbXBsZSBub25jZQ==";
  const lines = (protocol?: string) =>
    new TextDecoder().decode(encodeAnswer({ key, protocol })).split("\r\n");
  assertEquals(lines(), [
    ...["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"],
    ...["Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "", ""],
  ]);
  assertEquals(lines("chat").at(-3), "Sec-WebSocket-Protocol: chat");
});

Deno.test("encodeFrame() makes frames without a mask, of every kind of length", () => {
  for (const length of [0, 125, 126, 65535, 65536]) {
    const payload = new Uint8Array(length).fill(5);
    assertEquals(encodeFrame(2, payload), rawFrame({ opcode: 2, payload, masked: false }));
  }
});

Deno.test("answerClose() says the same, or what is wrong", () => {
  const reasoned = encodeClose(1000, "bye").subarray(2);
  const answers: [Uint8Array, Uint8Array][] = [
    [new Uint8Array(), new Uint8Array([0x88, 0])],
    [reasoned, encodeClose(1000)],
    [new Uint8Array([15, 160]), encodeClose(4000)],
    [new Uint8Array([3]), encodeClose(1002)],
    ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000].map((code): [Uint8Array, Uint8Array] => [
      new Uint8Array([code >> 8, code & 255]),
      encodeClose(1002),
    ]),
    [new Uint8Array([3, 232, 0xc3, 0x28]), encodeClose(1007)],
    [new Uint8Array([3, 232, ...bytes("é")]), encodeClose(1000)],
  ];
  for (const [said, answer] of answers) assertEquals(answerClose(said), answer, `${said}`);
});
