import { assertEquals } from "@std/assert";
import { createWire } from "../../../runtime/door/wire.ts";
import { rawFrame } from "../../helpers/raw_socket.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const HEADER = bytes("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");
const ANSWER = bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
const unmasked = rawFrame({ opcode: 2, masked: false, payload: "ab" });

/** A wire after its handshake. */
function upgraded() {
  const wire = createWire(1000);
  wire.fromClient(HEADER);
  wire.begin({ hasBody: false });
  assertEquals(wire.upgrade(), true);
  return wire;
}

Deno.test("createWire() judges frames after the upgrade, and nothing before it", () => {
  const wire = createWire(1000);
  assertEquals(wire.fromClient(unmasked), undefined);
  assertEquals(upgraded().fromClient(rawFrame({ opcode: 2, payload: "ab" })), undefined);
  assertEquals(upgraded().fromClient(unmasked), 1002);
});

Deno.test("createWire() upgrades only where frames can begin", () => {
  const early = createWire(1000);
  early.fromClient(new Uint8Array([...HEADER, ...unmasked]));
  early.begin({ hasBody: false });
  assertEquals(early.upgrade(), false);

  for (const hasBody of [false, true]) {
    const second = createWire(1000);
    second.fromClient(HEADER);
    second.begin({ hasBody });
    second.fromClient(HEADER);
    second.begin({ hasBody: false });
    assertEquals(second.upgrade(), !hasBody);
  }
});

Deno.test("createWire() sees the server's close, and says goodbye between frames only", () => {
  const wire = upgraded();
  const close = rawFrame({ opcode: 8, masked: false, payload: "ab" });
  assertEquals(wire.farewell(1002), undefined);
  assertEquals(wire.toClient(ANSWER), false);
  assertEquals(wire.farewell(1002), new Uint8Array([0x88, 2, 3, 234]));
  assertEquals(wire.toClient(unmasked.subarray(0, 3)), false);
  assertEquals(wire.farewell(1002), undefined);
  assertEquals(wire.toClient(unmasked.subarray(3)), false);
  assertEquals(wire.toClient(close), true);
});
