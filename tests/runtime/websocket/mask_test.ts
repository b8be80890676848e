import { assertEquals } from "@std/assert";
import { unmask } from "../../../runtime/websocket/mask.ts";

Deno.test("unmask() follows section 5.3 at every offset and length", () => {
  const key = [0xf1, 2, 0x83, 0x94];
  const word = new DataView(Uint8Array.from(key).buffer).getUint32(0, true);
  for (let offset = 0; offset < 5; offset++) {
    for (let length = 0; length < 18; length++) {
      const all = new Uint8Array(32).fill(7);
      const bytes = all.subarray(offset, offset + length);
      bytes.forEach((_, at) => bytes[at] = 3 * at ^ key[at % 4]!);
      unmask(bytes, word);
      assertEquals([...bytes], Array.from({ length }, (_, at) => 3 * at), `${offset} ${length}`);
      assertEquals(all.filter((byte) => byte === 7).length >= 32 - length, true);
    }
  }
});
