import { assertEquals } from "@std/assert";
import { readReply, replyLayout } from "../../../../runtime/engine/webgpu/reply_layout.ts";

Deno.test("replyLayout() leaves room for every mask and every run, at offsets that WebGPU allows", () => {
  // 40 pixels are two words of 32; a row has at most 20 runs.
  assertEquals(replyLayout(40, 3), {
    ...{ width: 40, height: 3, rowWords: 2, packedAt: 256 },
    ...{ runsAt: 256 + 24, mapAt: 280 + 240, bytes: 520 + 192 },
  });
  assertEquals(replyLayout(5, 2).mapAt - replyLayout(5, 2).runsAt, 24);
});

Deno.test("readReply() reads score, mask, run scores and map", () => {
  const layout = replyLayout(40, 2);
  const buffer = new ArrayBuffer(layout.bytes);
  new Float32Array(buffer, 0, 1)[0] = 0.75;
  // Pixels 0, 2 and 3 of the first row, 39 of the second.
  new Uint32Array(buffer, 256, 4).set([0b1101, 0, 0, 1 << 7]);
  const runs = new Float32Array(buffer, layout.runsAt, 40);
  [runs[0], runs[1], runs[20 + 19]] = [0.5, 0.75, 0.625];
  new Uint8Array(buffer, layout.mapAt)[64 + 39] = 159;

  const { score, mask, runScore, map } = readReply(layout, buffer);
  assertEquals(score, 0.75);
  assertEquals([...mask.data.keys()].filter((i) => mask.data[i] === 1), [0, 2, 3, 79]);
  assertEquals([runScore(0, 1), runScore(2, 4), runScore(79, 80)], [0.5, 0.75, 0.625]);
  assertEquals([map!.length, map![79]], [80, 159]);
  assertEquals("map" in readReply(layout, buffer.slice(0, layout.mapAt)), false);
});
