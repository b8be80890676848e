import { assertEquals } from "@std/assert";
import { createWire } from "../../../runtime/door/wire.ts";

const HEADER = new TextEncoder().encode("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");

Deno.test("createWire() knows whether the client waits for an answer", () => {
  for (const [more, waits] of [[0, true], [1, false]] as const) {
    const wire = createWire();
    wire.fromClient(new Uint8Array([...HEADER, ...new Uint8Array(more)]));
    wire.begin({ hasBody: false });
    assertEquals(wire.waits, waits);
  }
});

Deno.test("createWire() is never sure after a body", () => {
  for (const hasBody of [false, true]) {
    const wire = createWire();
    wire.fromClient(HEADER);
    wire.begin({ hasBody });
    wire.toClient();
    wire.fromClient(HEADER);
    wire.begin({ hasBody: false });
    assertEquals(wire.waits, !hasBody);
  }
});

Deno.test("createWire() is never sure after a request that did not wait for the answer before it", () => {
  const both = new Uint8Array([...HEADER, ...HEADER]);
  for (
    const sent of [[both], [HEADER, HEADER], [HEADER, HEADER.subarray(0, 1), HEADER.subarray(1)]]
  ) {
    for (const waited of [true, false]) {
      const wire = createWire();
      for (const chunk of sent) {
        wire.fromClient(chunk);
        if (waited) wire.toClient();
      }
      wire.toClient();
      for (let begun = 0; begun < 2; begun++) wire.begin({ hasBody: false });
      assertEquals(wire.waits, waited && sent.length > 1);
    }
  }
});
