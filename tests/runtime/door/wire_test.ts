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
    wire.fromClient(HEADER);
    wire.begin({ hasBody: false });
    assertEquals(wire.waits, !hasBody);
  }
});
