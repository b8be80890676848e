import { assertEquals } from "@std/assert";
import { createLatestSlot } from "../../../runtime/stream/latest_slot.ts";

Deno.test("createLatestSlot() keeps the newest and gives back what it replaced", () => {
  const slot = createLatestSlot<number>();
  assertEquals([slot.waiting, slot.take()], [false, undefined]);
  assertEquals([slot.put(1), slot.put(2), slot.put(3)], [undefined, 1, 2]);
  assertEquals([slot.waiting, slot.take(), slot.waiting, slot.take()], [true, 3, false, undefined]);
});
