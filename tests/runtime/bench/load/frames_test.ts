import { assertEquals } from "@std/assert";
import { jpegFrames, rawFrames } from "../../../../runtime/bench/load/frames.ts";
import { decodeFrame } from "../../../../runtime/decode_frame.ts";

Deno.test("rawFrames() and jpegFrames() are parts of the sizes that are measured", async () => {
  const [raw, jpeg] = [rawFrames(2), await jpegFrames(1)];
  assertEquals(raw.map(({ bytes }) => bytes.length), [256 * 256 * 3, 256 * 256 * 3]);
  assertEquals(raw[0]!.bytes.every((byte, at) => byte === raw[1]!.bytes[at]), false);
  const { size: { width, height } } = await decodeFrame(jpeg[0]!);
  assertEquals([width, height], [1024, 1024]);
});
