import { assertEquals } from "@std/assert";
import { earlyStopReason, lostPatience } from "../../trainer/early_stop.ts";

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

Deno.test("lostPatience() goes on with the next phase, by the scores of each, and ends in the last", () => {
  const schedule = { steps: 1000, crop: 8, cropUntil: 0.6, freezeAfter: 0.9, patience: 2 };
  const scores = measured(0.5, 0.5, 0.5, 0.4, 0.4, 0.4, 0.3, 0.3, 0.3, 0.2);
  const after = (looks: number, step = 100 * looks) =>
    lostPatience(scores.slice(0, looks), step, schedule)?.nextStep;
  assertEquals([after(2), after(3)], [undefined, 600]);
  assertEquals(after(3, 600), 600, "a run that was resumed there goes on there");
  assertEquals([after(7), after(8), after(9)], [undefined, undefined, 900]);
  assertEquals([after(9, 950), after(10, 950)], [undefined, undefined]);
  const onePhase = { ...schedule, crop: 0, freezeAfter: 1 };
  assertEquals(lostPatience(scores.slice(0, 3), 300, onePhase)?.nextStep, 1000);
  assertEquals(lostPatience(scores, 900, { ...schedule, patience: 0 }), null);
});
