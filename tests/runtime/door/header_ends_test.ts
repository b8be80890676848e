import { assertEquals } from "@std/assert";
import { createHeaderEnds } from "../../../runtime/door/header_ends.ts";

Deno.test("createHeaderEnds() counts headers as HTTP/1.1 ends them", () => {
  for (
    const [text, count, more] of [
      ["", 0, false],
      ["GET / HTTP/1.1\r\nHost: a\r\n", 0, true],
      ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1, false],
      ["\r\n\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 1, false],
      ["GET / HTTP/1.1\nHost: a\n\n", 1, false],
      ["GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", 2, false],
      ["GET / HTTP/1.1\r\n\r\n\x81", 1, true],
    ] as const
  ) {
    const ends = createHeaderEnds();
    for (const byte of new TextEncoder().encode(text)) ends.read(new Uint8Array([byte]));
    assertEquals([ends.count, ends.more], [count, more], JSON.stringify(text));
  }
});
