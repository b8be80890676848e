import { assertEquals } from "@std/assert";
import { jpegFrames, rawFrames } from "../../../../runtime/bench/load/frames.ts";
import { decodeFrame } from "../../../../runtime/decode_frame.ts";

Deno.test("rawFrames() and jpegFrames() are parts of the sizes that are measured", async () => {
  const raw = rawFrames(2);
  assertEquals(raw.map(({ bytes }) => bytes.length), [256 * 256 * 3, 256 * 256 * 3]);
  assertEquals(raw[0]!.bytes.every((byte, at) => byte === raw[1]!.bytes[at]), false);
  for (const side of [256, 1024]) {
    const [jpeg] = await jpegFrames(1, side);
    const { size: { width, height } } = await decodeFrame(jpeg!);
    assertEquals([width, height], [side, side]);
  }
});
