import { assert, assertEquals } from "@std/assert";
import { frameCount, measureLatency } from "../../../runtime/bench/latency.ts";
import { benchLane } from "../../helpers/bench_lane.ts";
import { fakeSegmentation } from "../../helpers/fake_lane.ts";

const frameSets = [
  { name: "raw", frames: [1, 2].map((length) => rawFrame(length)) },
  { name: "file", frames: [{ format: "encoded" as const, bytes: new Uint8Array(9) }] },
];

function rawFrame(length: number) {
  return { format: "gray8" as const, width: length, height: 1, bytes: new Uint8Array(length) };
}

Deno.test("measureLatency() takes lanes in turns and has one open at a time", async () => {
  const log: string[] = [];
  const lanes = [benchLane("cpu", log), benchLane("wasm", log)];
  let frames = 0;
  const results = await measureLatency(lanes, frameSets, 9, () => frames++);

  const turns = log.filter((line) => /open|close/.test(line));
  const turn = ["open cpu", "close cpu", "open wasm", "close wasm"];
  assertEquals(turns, [...turn, ...turn, ...turn, ...turn]);
  assertEquals(log.slice(0, 5), [
    "open cpu",
    "cpu gray8 1",
    "cpu encoded 9",
    "cpu gray8 2",
    "cpu encoded 9",
  ]);
  assertEquals(frames, log.length - turns.length);
  assertEquals(frames, frameCount(lanes, frameSets, 9));
  assertEquals(
    results.map(({ lane, frameSet, frames }) => [lane.info.provider, frameSet, frames]),
    [
      ["cpu", "raw", 9],
      ["wasm", "raw", 9],
      ["cpu", "file", 9],
      ["wasm", "file", 9],
    ],
  );
});

Deno.test("measureLatency() reports stages after the warm-up of each turn", async () => {
  const [result] = await measureLatency([benchLane("cpu")], frameSets, 5, () => {});
  const { stages } = result!;
  // Four turns of 1, 1, 1 and 2 rounds, each after three rounds to warm up; two frames a round. Frames 7, 15, 23, 31 and 33 count.
  assertEquals(stages.decode, { min: 7, p50: 23, p95: 33, p99: 33 });
  assertEquals([stages.preprocess.p50, stages.run.p99, stages.encode.min], [2, 3, 5]);
  assert(stages.total.min >= 0);
});

Deno.test("measureLatency() times a lane's other decoder on encoded frames alone", async () => {
  const log: string[] = [];
  const lanes = [benchLane("cpu", log, { encodedOnly: true })];
  const results = await measureLatency(lanes, frameSets, 1, () => {});
  assertEquals(results.map(({ frameSet }) => frameSet), ["file"]);
  assertEquals(log.filter((line) => line.includes("gray8")), []);
  assertEquals(frameCount(lanes, frameSets, 1), 4);
});

Deno.test("measureLatency() keeps its frames although lanes take the bytes away", async () => {
  const lane = benchLane("cpu", [], {
    segment(frame) {
      structuredClone(frame.bytes, { transfer: [frame.bytes.buffer as ArrayBuffer] });
      return Promise.resolve(fakeSegmentation());
    },
  });
  await measureLatency([lane], frameSets, 1, () => {});
  assertEquals(frameSets[0]!.frames[0]!.bytes.length, 1);
});
