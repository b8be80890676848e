import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { addsUp, agrees, growth, probe } from "../../../../runtime/bench/load/probe.ts";
import { FLOAT64_SUM } from "../../../tolerances.ts";
import { servedApp } from "../../../helpers/served_app.ts";

const ended = { done: 1, dropped: 2, expired: 3, refused: 4, failed: 5, inFlight: 6 };

Deno.test("addsUp() compares received with what became of the frames", () => {
  assertEquals([addsUp({ received: 21, ...ended }), addsUp({ received: 20, ...ended })], [
    true,
    false,
  ]);
});

Deno.test("agrees() compares the client's counters with the server's", () => {
  const counted = { received: 21, ...ended };
  const differing = { ...counted, done: 2, dropped: 1 };
  assertEquals([counted, differing, undefined].map((told) => agrees({ counted, told })), [
    ...[true, false, false],
  ]);
});

Deno.test("growth() compares the last quarter with the second", () => {
  assertAlmostEquals(growth([1, 1, 100, 100, 7, 7, 110, 110]), 0.1, FLOAT64_SUM);
  assert(Number.isNaN(growth([1, 2, 3])));
});

Deno.test("probe() watches a server until it is told to stop", async () => {
  await using served = await servedApp();
  const stop = new AbortController();
  const server = {
    ...{ url: served.url, described: "", residentBytes: () => Promise.resolve(1000) },
    async [Symbol.asyncDispose]() {},
  };
  const watching = probe(server, stop.signal);
  setTimeout(() => stop.abort(), 120);
  const { healthMs, residentBytes, wrongCounters } = await watching;
  assert(healthMs.length >= 1 && healthMs.every((ms) => ms > 0));
  assertEquals([residentBytes, wrongCounters], [[1000], 0]);
});
