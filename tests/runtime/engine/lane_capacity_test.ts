import { assertEquals } from "@std/assert";
import { sumCapacity } from "../../../runtime/engine/lane_capacity.ts";

Deno.test("sumCapacity() adds the capacities of lanes; none have none", () => {
  assertEquals([sumCapacity([{ capacity: 2 }, { capacity: 1 }]), sumCapacity([])], [3, 0]);
});
