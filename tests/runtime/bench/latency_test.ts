import { assert, assertEquals } from "@std/assert";
import { frameCount, measureLatency } from "../../../runtime/bench/latency.ts";
import { benchLane } from "../../helpers/bench_lane.ts";

const frameSets = [
  { name: "raw", frames: [1, 2].map((length) => rawFrame(length)) },
  { name: "file", frames: [{ format: "encoded" as const, bytes: new Uint8Array(9) }] },
];

function rawFrame(length: number) {
  return { format: "gray8" as const, width: length, height: 1, bytes: new Uint8Array(length) };
}

Deno.test("measureLatency() takes lanes in turns and reports stages after the warm-up", async () => {
  const log: string[] = [];
  const lanes = [benchLane("cpu", log), benchLane("wasm", log)];
  let frames = 0;
  const results = await measureLatency(lanes, frameSets, 5, () => frames++);

  assertEquals(log.slice(0, 6), [
    "cpu gray8 1",
    "wasm gray8 1",
    "cpu encoded 9",
    "wasm encoded 9",
    "cpu gray8 2",
    "wasm gray8 2",
  ]);
  assertEquals([frames, log.length], [frameCount(2, 2, 5), frameCount(2, 2, 5)]);
  assertEquals(
    results.map(({ lane, frameSet, frames }) => [lane.lane.provider, frameSet, frames]),
    [
      ["cpu", "raw", 5],
      ["wasm", "raw", 5],
      ["cpu", "file", 5],
      ["wasm", "file", 5],
    ],
  );
  const { stages } = results[0]!;
  // Three rounds of four frames warm up: the first one measured is the 13th.
  assertEquals(stages.decode, { min: 13, p50: 21, p95: 29, p99: 29 });
  assertEquals([stages.preprocess.p50, stages.run.p99, stages.encode.min], [2, 3, 5]);
  assert(stages.total.min >= 0);
});

Deno.test("measureLatency() keeps its frames although lanes take the bytes away", async () => {
  const taking = benchLane("cpu");
  const { segment } = taking.lane;
  const lane = {
    ...taking.lane,
    segment(frame: Parameters<typeof segment>[0]) {
      structuredClone(frame.bytes, { transfer: [frame.bytes.buffer as ArrayBuffer] });
      return segment(frame);
    },
  };
  await measureLatency([{ lane }], frameSets, 1, () => {});
  assertEquals(frameSets[0]!.frames[0]!.bytes.length, 1);
});
