import { assertEquals } from "@std/assert";
import { createModelStatistics, frameSample } from "../../../runtime/server/model_statistics.ts";

const MODEL = { name: "unet", version: "1.0.0" };
const sample = (batch: number) => ({
  ...{ batch, totalMs: 10, queueMs: 1, inputMs: 2, inferMs: 3, outputMs: 4 },
});

Deno.test("createModelStatistics() adds up requests, inferences and times, by batch", () => {
  const statistics = createModelStatistics(() => 1234);
  assertEquals([statistics.sums(MODEL).inferences, statistics.sums(MODEL).lastMs], [0, 0]);
  for (const batch of [1, 4, 4]) statistics.succeeded(MODEL, sample(batch));
  statistics.failed(MODEL, 7);
  const { batches, ...sums } = statistics.sums(MODEL);
  assertEquals(sums, {
    ...{ inferences: 9, executions: 3, lastMs: 1234 },
    ...{ success: { count: 3, ms: 30 }, fail: { count: 1, ms: 7 }, queue: { count: 3, ms: 3 } },
    ...{ input: { count: 3, ms: 6 }, infer: { count: 3, ms: 9 }, output: { count: 3, ms: 12 } },
  });
  assertEquals([...batches.keys()], [1, 4]);
  assertEquals(batches.get(4)!.infer, { count: 2, ms: 6 });
});

Deno.test("createModelStatistics() keeps models and versions apart", () => {
  const statistics = createModelStatistics();
  statistics.succeeded(MODEL, sample(1));
  assertEquals(statistics.sums({ ...MODEL, version: "2.0.0" }).inferences, 0);
});

Deno.test("frameSample() sorts the stages of a frame", () => {
  const stages = { decodeMs: 1, preprocessMs: 2, runMs: 4, postprocessMs: 8, encodeMs: 16 };
  assertEquals(frameSample(stages, { waitMs: 32, totalMs: 64 }), {
    ...{ batch: 1, totalMs: 64, queueMs: 32, inputMs: 3, inferMs: 4, outputMs: 24 },
  });
});
