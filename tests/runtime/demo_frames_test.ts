import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { cropPart, folderFrames, partFrames } from "../../runtime/demo_frames.ts";
import { FRAME_SIDE, TRAVEL } from "../../runtime/demo_parts.ts";

const WIDTH = FRAME_SIDE + TRAVEL;

/** Every pixel has its column, its row and a number. */
const part = (number: number) =>
  Uint8Array.from({ length: WIDTH * FRAME_SIDE * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return [pixel % WIDTH % 256, Math.floor(pixel / WIDTH), number][at % 3]!;
  });

Deno.test("cropPart() takes a window of the frame's size", () => {
  const { bytes, width, height } = cropPart(part(9), 7);
  assertEquals([width, height, bytes.length], [FRAME_SIDE, FRAME_SIDE, FRAME_SIDE ** 2 * 3]);
  assertEquals([...bytes.subarray(0, 3)], [7, 0, 9]);
  assertEquals([...bytes.subarray(-3)], [(FRAME_SIDE - 1 + 7) % 256, FRAME_SIDE - 1, 9]);
});

Deno.test("partFrames() moves each part along, then shows the next", () => {
  const parts: Uint8Array[] = [];
  const source = partFrames(parts, 1000);
  assertEquals(source(0), undefined);
  parts.push(part(1), part(2));
  const seen = [0, 500, 999, 1000, 2000].map((ms) => [...source(ms)!.bytes.subarray(0, 3)]);
  assertEquals(seen, [[0, 0, 1], [TRAVEL / 2, 0, 1], [TRAVEL, 0, 1], [0, 0, 2], [0, 0, 1]]);
});

Deno.test("folderFrames() goes through the pictures by name", async () => {
  const dir = await Deno.makeTempDir();
  await assertRejects(() => folderFrames(dir, 10), RangeError, "holds no .png, .jpg or .jpeg file");
  for (const [index, name] of ["b.PNG", "a.jpg", "notes.txt"].entries()) {
    await Deno.writeFile(join(dir, name), Uint8Array.of(index));
  }
  const source = await folderFrames(dir, 10);
  const seen = [0, 5, 10, 25].map((ms) => source(ms)!.bytes[0]);
  assertEquals(seen, [1, 1, 0, 1]);
  await Deno.remove(dir, { recursive: true });
});
