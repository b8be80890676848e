import { assertEquals, assertRejects } from "@std/assert";
import { parseEvents } from "../../../runtime/client/event_parser.ts";

/** A body whose bytes come in pieces of `size`. */
function body(text: string, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) {
        controller.enqueue(bytes.slice(at, at + size));
      }
      controller.close();
    },
  });
}

const TEXT = "retry:2000\n\n: comment\n\nid: 1\nevent: verdict\ndata: {\ndata: }\n\n" +
  "data:größer\r\n\r\nid\revent:missed\rdata: a: b\r\rdata: unfinished\n";

Deno.test("parseEvents() gives the same events however the bytes are cut", async () => {
  const expected = [
    { event: "verdict", data: "{\n}", id: "1" },
    { event: "message", data: "größer", id: "1" },
    { event: "missed", data: "a: b", id: "" },
  ];
  for (const size of [1, 2, 3, 7, 1000]) {
    assertEquals(await Array.fromAsync(parseEvents(body(TEXT, size))), expected, `${size}`);
  }
});

Deno.test("parseEvents() gives up on a line that does not end", async () => {
  const endless = body("data: " + "x".repeat(1_100_000), 100_000);
  await assertRejects(() => Array.fromAsync(parseEvents(endless)), RangeError, "1048576");
});

Deno.test("parseEvents() tells the id of an event without data, and gives no event for it", async () => {
  for (const size of [1, 1000]) {
    const ids: string[] = [];
    const text = "retry:2000\nid:run-7\n\ndata:x\n\nid:run-8\n\nid:run-9\n";
    const events = await Array.fromAsync(parseEvents(body(text, size), (id) => ids.push(id)));
    assertEquals(events, [{ event: "message", data: "x", id: "run-7" }]);
    assertEquals(ids, ["run-7", "run-7", "run-8"]); // the last one does not end
  }
});
