import { assertEquals } from "@std/assert";
import { alarmLevel } from "../../../runtime/dashboard/alarm_level.ts";

Deno.test("alarmLevel() is the higher of both levels", () => {
  assertEquals(alarmLevel({ threshold: 0.5, minRegionScore: 0.8 }), 0.8);
  assertEquals(alarmLevel({ threshold: 0.9, minRegionScore: 0.8 }), 0.9);
});
