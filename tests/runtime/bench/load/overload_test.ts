import { assertEquals } from "@std/assert";
import { passes } from "../../../../runtime/bench/load/finding.ts";
import { judgeOverload } from "../../../../runtime/bench/load/overload.ts";

const counters = (done: number, dropped: number) => ({
  ...{ received: done + dropped, done, dropped, expired: 0, refused: 0, failed: 0, inFlight: 0 },
});
const capacity = { framesPerSecond: 50, lanes: 2, serviceMs: 40 };
const watched = { healthMs: [2, 3, 4], residentBytes: [9, 10, 10, 10], wrongCounters: 0 };

/** A stream that had so many frames answered, each at this age. */
function stream(done: number, ageMs = 100, told = counters(done, 60)) {
  const agesMs = Array<number>(done).fill(ageMs);
  return { agesMs, doneMs: agesMs.map((_, at) => at), counted: counters(done, 60), told };
}

/** Names of the bars that were missed. */
function missed(
  streams: ReturnType<typeof stream>[],
  { measuredMs = 2000, ...changed }: Partial<typeof watched> & { measuredMs?: number } = {},
) {
  return judgeOverload({ streams, measuredMs }, { ...watched, ...changed }, capacity)
    .filter((finding) => !passes(finding)).map(({ name }) => name);
}

Deno.test("judgeOverload() finds nothing where all is well", () => {
  assertEquals(missed([stream(50), stream(48)]), []);
  const values = Object.fromEntries(
    judgeOverload({ streams: [stream(50), stream(48)], measuredMs: 2000 }, watched, capacity)
      .map(({ name, value }) => [name, value]),
  );
  assertEquals([values["answered"], values["frames offered"]], [49, 218]);
  assertEquals([values["throughput of capacity"], values["growth of resident memory"]], [98, 0]);
  assertEquals(values["age of answered frames, p99, in service times"], 2.5);
});

Deno.test("judgeOverload() finds every fault", () => {
  const good = stream(50);
  assertEquals(missed([good, stream(40)]), ["throughput of capacity", "furthest share from equal"]);
  assertEquals(missed([good, stream(50, 121)]), ["age of answered frames, p99, in service times"]);
  const wrong = stream(50, 100, counters(49, 61));
  assertEquals(missed([good, wrong]), ["streams whose counters differ from the client's"]);
  assertEquals(missed([good, good], { wrongCounters: 1 }), [
    "looks at counters that did not add up",
  ]);
  assertEquals(missed([good, good], { healthMs: [2, 21] }), ["GET /healthz, p99"]);
  assertEquals(missed([good, good], { residentBytes: [9, 10, 10, 11] }), [
    "growth of resident memory",
  ]);
});
