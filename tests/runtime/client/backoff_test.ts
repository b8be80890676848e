import { assertEquals, assertRejects } from "@std/assert";
import { createBackoff, pause } from "../../../runtime/client/backoff.ts";

Deno.test("createBackoff() doubles the wait up to its limit, between half and all of it", () => {
  const waits = (random: number) => {
    const options = { firstMs: 100, maxMs: 500, attempts: 6, random: () => random };
    const backoff = createBackoff(options);
    return Array.from({ length: 6 }, () => backoff.next());
  };
  assertEquals(waits(1), [100, 200, 400, 500, 500, undefined]);
  assertEquals(waits(0), [50, 100, 200, 250, 250, undefined]);
});

Deno.test("createBackoff() begins anew after a success", () => {
  const backoff = createBackoff({ firstMs: 100, attempts: 3, random: () => 1 });
  backoff.next();
  backoff.next();
  backoff.reset();
  assertEquals([backoff.failed, backoff.next(), backoff.next(), backoff.next()], [
    ...[0, 100, 200, undefined],
  ]);
});

Deno.test("createBackoff() begins anew after a connection that stayed open", () => {
  let time = 0;
  const options = { firstMs: 100, steadyMs: 50, random: () => 1, now: () => time };
  const backoff = createBackoff(options);
  const breakAfter = (ms: number) => {
    backoff.opened();
    time += ms;
    return backoff.next();
  };
  assertEquals([breakAfter(49), breakAfter(49), breakAfter(50)], [100, 200, 100]);
  time += 1000; // without a connection, time says nothing
  assertEquals([backoff.next(), breakAfter(0)], [200, 400]);
});

Deno.test("pause() ends with its signal", async () => {
  const abort = new AbortController();
  const paused = pause(60_000, abort.signal);
  abort.abort(new Error("enough"));
  await assertRejects(() => paused, Error, "enough");
  await assertRejects(() => pause(60_000, abort.signal), Error, "enough");
  await pause(0, new AbortController().signal);
});
