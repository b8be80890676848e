import { assertEquals } from "@std/assert";
import { createRates } from "../../../runtime/limits/rates.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";

Deno.test("createRates() limits nothing that has no rate, and each thing for itself", () => {
  const clock = fakeClock();
  const free = createRates({ burstSeconds: 1 }, clock);
  for (let n = 0; n < 100; n++) assertEquals([free.request("a"), free.frame("a")], [0, 0]);
  const rates = createRates({ requestsPerSecond: 1, framesPerSecond: 2, burstSeconds: 1 }, clock);
  assertEquals([rates.request("a"), rates.request("a")], [0, 1000]);
  assertEquals([rates.frame("a"), rates.frame("a"), rates.frame("a")], [0, 0, 500]);
});
