import { assertEquals, assertThrows } from "@std/assert";
import { createAccounting, formatCounters, OUTCOMES } from "../../../runtime/stream/accounting.ts";

Deno.test("createAccounting() adds up after every step", () => {
  const accounting = createAccounting();
  for (const outcome of [...OUTCOMES, ...OUTCOMES, undefined]) {
    accounting.received();
    if (outcome) accounting.settled(outcome);
    const { received, inFlight, ...ended } = accounting.counters();
    assertEquals(Object.values(ended).reduce((sum, count) => sum + count, inFlight), received);
  }
  assertEquals(accounting.counters(), {
    ...{ received: 11, inFlight: 1 },
    ...{ done: 2, dropped: 2, expired: 2, refused: 2, failed: 2 },
  });
});

Deno.test("createAccounting() refuses to settle a frame twice", () => {
  const accounting = createAccounting();
  accounting.received();
  accounting.settled("done");
  assertThrows(() => accounting.settled("dropped"), RangeError, "no frame is in flight");
});

Deno.test("formatCounters() says what became of the frames", () => {
  const accounting = createAccounting();
  accounting.received();
  accounting.settled("expired");
  const text = "1 received, 0 done, 0 dropped, 1 expired, 0 refused, 0 failed";
  assertEquals(formatCounters(accounting.counters()), text);
});
