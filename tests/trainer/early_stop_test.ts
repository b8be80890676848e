import { assertEquals } from "@std/assert";
import { earlyStopReason } from "../../trainer/early_stop.ts";

/** Validations every 100 steps. */
const measured = (...scores: number[]) =>
  scores.map((score, at) => ({ step: 100 * (at + 1), score }));

Deno.test("earlyStopReason() goes on while scores rise, and for as long as its patience lasts", () => {
  for (const scores of [[], [0.1], [0.1, 0.2, 0.3], [0.1, 0.5, 0.4, 0.3], [0.5, 0.1, 0.2, 0.6]]) {
    assertEquals(earlyStopReason(measured(...scores), 3), null);
  }
});

Deno.test("earlyStopReason() says since when nothing was better", () => {
  assertEquals(
    earlyStopReason(measured(0.1, 0.51234, 0.4, 0.3, 0.5), 3),
    "No better score in 3 validations since 0.5123 at step 200",
  );
});

Deno.test("earlyStopReason() takes the same score for no better one", () => {
  assertEquals(earlyStopReason(measured(0.765, 0.765, 0.765), 3), null);
  assertEquals(
    earlyStopReason(measured(0.765, 0.765, 0.765, 0.765), 3),
    "No better score in 3 validations since 0.7650 at step 100",
  );
});

Deno.test("earlyStopReason() takes what is not a number for no better one", () => {
  assertEquals(earlyStopReason(measured(NaN, 0.5, NaN), 2), null);
  assertEquals(earlyStopReason(measured(NaN, NaN), 2), "No score in 2 validations");
});
