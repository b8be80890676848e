import { assertEquals } from "@std/assert";
import { passes } from "../../../../runtime/bench/load/finding.ts";
import { judgeSwaps } from "../../../../runtime/bench/load/judge_swaps.ts";
import type { SwapRun } from "../../../../runtime/bench/load/swaps.ts";

const swap = { startMs: 1000, endMs: 2000, tookMs: 750, refused: undefined };
const refused = { startMs: 5000, endMs: 5500, tookMs: 250, refused: "too-slow" };
const run: SwapRun = {
  swaps: [swap],
  residentBytes: Array<number>(30).fill(100),
  broken: [{ ...refused, expected: "too-slow", served: true }],
};

/** A stream with frames [age, when it was done]. */
function stream(frames: [number, number][], lost = 0) {
  const counted = { dropped: 0, expired: 0, refused: 0, failed: lost, inFlight: 0 };
  const counters = { received: frames.length + lost, done: frames.length, ...counted };
  return {
    ...{ agesMs: frames.map(([age]) => age), doneMs: frames.map(([, done]) => done) },
    ...{ counted: counters, told: counters },
  };
}
/** Two between swaps, two that touch one, one beside a broken version and one after it. */
const frames: [number, number][] = [
  ...[[100, 999], [110, 2200], [150, 1100], [190, 2100], [900, 5200], [999, 6600]] as const,
].map(([age, done]) => [age, done]);

function judge(streams = [stream(frames)], changed: Partial<SwapRun> = {}, wrongCounters = 0) {
  const load = { streams, measuredMs: 3000 };
  return judgeSwaps(load, { ...run, ...changed }, { wrongCounters }, { framesPerSecond: 5 });
}
const missed = (...given: Parameters<typeof judge>) =>
  judge(...given).filter((finding) => !passes(finding)).map(({ name }) => name);

Deno.test("judgeSwaps() finds nothing where all is well, and tells the ages apart", () => {
  assertEquals(missed(), []);
  const values = Object.fromEntries(judge().map(({ name, value }) => [name, value]));
  assertEquals([values["age between swaps, p50"], values["age between swaps, p99"]], [100, 110]);
  assertEquals([values["age during swaps, p50"], values["age during swaps, p99"]], [150, 190]);
  assertEquals(values["age while broken versions were tried, p99"], 900);
  assertEquals([values["frames sent"], values["answered"], values["a swap, p50"]], [6, 2, 750]);
});

Deno.test("judgeSwaps() finds every fault", () => {
  assertEquals(missed([stream(frames, 1)]), ["frames lost or failed"]);
  const late = frames.map(([age, done]): [number, number] => [done === 1100 ? 221 : age, done]);
  assertEquals(missed([stream(late)]), ["p99 during swaps by that between"]);
  assertEquals(missed(undefined, { swaps: [{ ...swap, refused: "load-failed" }] }), [
    "swaps refused",
  ]);
  const name = "broken versions refused with their code while the old one serves";
  const [broken] = run.broken;
  for (const change of [{ refused: undefined }, { refused: "load-failed" }, { served: false }]) {
    assertEquals(missed(undefined, { broken: [{ ...broken!, ...change }] }), [name]);
  }
  const residentBytes = run.residentBytes.map((bytes, at) => at < 20 ? bytes : 106);
  assertEquals(missed(undefined, { residentBytes }), [
    "resident memory at the end against that after the tenth swap",
  ]);
  assertEquals(missed(undefined, {}, 1), ["looks at counters that did not add up"]);
  const told = { ...stream(frames).counted, done: 5 };
  assertEquals(missed([{ ...stream(frames), told }]), [
    "streams whose counters differ from the client's",
  ]);
});

Deno.test("judgeSwaps() tells no growth of memory after few swaps, and passes no missing ages", () => {
  const few = judge(undefined, { residentBytes: Array<number>(29).fill(100) });
  assertEquals(few.some(({ name }) => name.startsWith("resident memory")), false);
  assertEquals(missed([stream([[900, 5200]])]), ["p99 during swaps by that between"]);
});
