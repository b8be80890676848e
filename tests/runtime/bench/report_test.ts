import { assert, assertEquals, assertMatch } from "@std/assert";
import { STAGES } from "../../../runtime/bench/latency.ts";
import { type BenchResult, toJson, toText } from "../../../runtime/bench/report.ts";
import { benchLane } from "../../helpers/bench_lane.ts";
import { FAKE_CARD } from "../../helpers/fake_lane.ts";

const cpu = benchLane("cpu");
const plain = benchLane("webgpu");
const software = {
  ...plain,
  info: { ...plain.info, shaders: { read: "immediate" as const } },
  softwareGpu: "software GPU (llvmpipe)",
};
const times = { min: 1, p50: 2.345, p95: 3, p99: 4 };
const stages = Object.fromEntries(
  STAGES.map((stage) => [stage, times]),
) as BenchResult["latency"][number]["stages"];
const metrics = {
  ...{ images: 12, iou_image: 0.91234, iou_defect: 0.8, iou_pooled: 0.7 },
  ...{ miou: 0.85, dice: 0.82, all_empty: 0.75 },
};
const result: BenchResult = {
  card: FAKE_CARD,
  machine: { cpu: "Z80", cores: 1, platform: "cpm z80", deno: "2.9.6" },
  data: "a set",
  latency: [cpu, software].map((lane) => ({ lane, frameSet: "rgb8 4×4", frames: 9, stages })),
  quality: [{ lane: cpu, metrics }],
  missing: [{ provider: "wasm", variant: "int8", reason: "it has fp32" }],
};

Deno.test("toText() has a row per stage, metrics with the baseline, and what is missing", () => {
  const text = toText(result);
  assertMatch(text, /cpu +fp32 +2 +sharp +rgb8 4×4 +9 +total +1.00 +2.35 +3.00 +4.00/);
  assertMatch(text, /cpu +fp32 +2 +12 +0.9123 +0.8000 +0.7000 +0.8500 +0.8200 +0.7500/);
  assertMatch(text, /iou_image +iou_defect +iou_pooled +miou +dice +all_empty/);
  assert(text.includes("Not measured: wasm int8: it has fp32"));
  assertEquals(text.match(/webgpu \(shaders, software\)/g)?.length, STAGES.length);
  assert(!toText({ ...result, quality: [] }).includes("truth"));
  const unsure = { ...result, quality: [], noQuality: "it may have learned them" };
  assert(
    toText(unsure).includes("\n\nNo masks against the truth of a set: it may have learned them"),
  );
});

Deno.test("toJson() holds everything and says which lane it was", () => {
  const date = new Date(0);
  const json = JSON.parse(JSON.stringify(toJson(result, date)));
  assertEquals([json.schema, json.date], ["lineside.bench/1", date.toISOString()]);
  assertEquals(json.latency[1], {
    ...{ provider: "webgpu", variant: "fp32", threads: 2, onnxruntime: "1.2.3" },
    ...{ shaders: { read: "immediate" }, decoder: "sharp" },
    golden: { maxDelta: 1e-7, tolerance: 1e-4 },
    softwareGpu: "software GPU (llvmpipe)",
    ...{ frameSet: "rgb8 4×4", frames: 9, stages },
  });
  assertEquals([json.quality[0].iou_image, json.quality[0].all_empty], [0.91234, 0.75]);
  assertEquals([json.missing, json.machine], [result.missing, result.machine]);
  const unsure = toJson({ ...result, noQuality: "why" }, date) as { noQuality?: string };
  assertEquals([json.noQuality, unsure.noQuality], [undefined, "why"]);
});
