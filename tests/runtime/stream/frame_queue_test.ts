import { assertEquals } from "@std/assert";
import { createFrameQueue } from "../../../runtime/stream/frame_queue.ts";

const frame = (arrivedMs: number, bytes = 1) => ({ arrivedMs, bytes });

Deno.test("createFrameQueue() by latest keeps the newest and gives back what it replaced", () => {
  const queue = createFrameQueue({ policy: "latest", depth: 1, maxBytes: 1 });
  const [old, next] = [frame(1, 9), frame(2, 9)];
  assertEquals([queue.put(old), queue.put(next)], [undefined, old]);
  assertEquals([queue.length, queue.head, queue.take(), queue.length], [1, next, next, 0]);
});

Deno.test("createFrameQueue() by queue keeps order and is full at its depth", () => {
  const queue = createFrameQueue({ policy: "queue", depth: 2, maxBytes: 100 });
  const frames = [1, 2, 3].map((at) => frame(at));
  assertEquals(frames.map((item) => queue.put(item)), [undefined, undefined, "full"]);
  assertEquals([queue.take(), queue.take(), queue.take()], [frames[0], frames[1], undefined]);
});

Deno.test("createFrameQueue() by queue is full at its bytes, but lets a single frame wait", () => {
  const queue = createFrameQueue({ policy: "queue", depth: 9, maxBytes: 10 });
  assertEquals([queue.put(frame(1, 50)), queue.put(frame(2, 1))], [undefined, "full"]);
  queue.take();
  assertEquals([5, 5, 1].map((bytes) => queue.put(frame(3, bytes))), [
    undefined,
    undefined,
    "full",
  ]);
});

Deno.test("createFrameQueue() takes one out of the middle, and ignores one that is not there", () => {
  const queue = createFrameQueue({ policy: "queue", depth: 9, maxBytes: 100 });
  const frames = [1, 2, 3].map((at) => frame(at));
  for (const item of frames) queue.put(item);
  queue.remove(frames[1]!);
  queue.remove(frames[1]!);
  assertEquals([queue.take(), queue.take(), queue.length], [frames[0], frames[2], 0]);
});
