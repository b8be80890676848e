import { assert, assertEquals } from "@std/assert";
import { runScoreOf } from "../../../../models/components.ts";
import { maskOf } from "../../../../models/metrics.ts";
import { createRandom } from "../../../../models/random.ts";
import { segmentMap, segmentMask } from "../../../../models/segment_map.ts";
import { createMapOutput, float32AtLeast } from "../../../../runtime/engine/webgpu/map_output.ts";
import { maxScore, quantizeMap } from "../../../../runtime/postprocess/scores.ts";
import { bufferOf, countCrossings, withDevice } from "../../../helpers/gpu.ts";
import { testIf } from "../../../helpers/require.ts";

const random = createRandom("maps");

/** Scores in runs of all lengths; some lie on the threshold and right below. */
function makeMap(width: number, height: number, threshold: number) {
  const edge = float32AtLeast(threshold);
  const below = Math.fround(edge - 2 ** -25);
  let level = 0;
  const data = Float32Array.from({ length: width * height }, () => {
    if (random.int(4) === 0) level = [0, 1, edge, below, random.next()][random.int(5)]!;
    return level < edge ? level : Math.min(1, level + random.next() * (1 - level));
  });
  return { width, height, data };
}

await testIf(
  "webgpu",
  "createMapOutput() gives score, mask and regions exactly, the map within a level",
  () =>
    withDevice(async (device) => {
      // Whole words, a few pixels more, less than a word, one column; more rows than a workgroup has threads.
      for (const [width, height] of [[64, 70], [70, 33], [5, 9], [1, 40], [2100, 3]] as const) {
        for (const threshold of [0.5, 0.3, 0, 1]) {
          const map = makeMap(width, height, threshold);
          using output = await createMapOutput(device, bufferOf(device, map.data), {
            ...{ width, height, threshold, places: 1, read: "awaited" },
          });
          const packed = await output.submit(0, { map: true }).read();
          const what = `${width}×${height} at ${threshold}`;
          assertEquals(packed.score, maxScore(map), what);
          assertEquals(packed.mask, maskOf(map, threshold), what);
          const rule = { threshold, minRegionPixels: 2, minRegionScore: 0.7 };
          assertEquals(
            segmentMask(packed.mask, packed.runScore, rule),
            segmentMap(map, rule),
            what,
          );
          const levels = quantizeMap(map);
          assert(packed.map!.every((level, i) => Math.abs(level - levels[i]!) <= 1), what);
        }
      }
    }),
);

await testIf(
  "webgpu",
  "createMapOutput() takes scores that are no numbers for no mask, and has no highest score then",
  () =>
    withDevice(async (device) => {
      const data = Float32Array.of(NaN, 0.25, NaN, 0.75);
      const map = { width: 4, height: 1, data };
      using output = await createMapOutput(device, bufferOf(device, data), {
        ...{ width: 4, height: 1, threshold: 0.5, places: 1, read: "awaited" },
      });
      const { score, mask, runScore } = await output.submit(0, { map: false }).read();
      assertEquals([score, [...mask.data]], [NaN, [0, 0, 0, 1]]);
      assertEquals(runScore(3, 4), runScoreOf(map)(3, 4));
    }),
);

await testIf(
  "webgpu",
  "createMapOutput() has no highest score where one is no finite number, as on the CPU, and the next frame has",
  () =>
    withDevice(async (device) => {
      // Two workgroups in a row.
      const [width, height] = [2100, 3];
      const good = { width, height, data: new Float32Array(width * height).fill(0.25) };
      const source = bufferOf(device, good.data);
      using output = await createMapOutput(device, source, {
        ...{ width, height, threshold: 0.5, places: 1, read: "awaited" },
      });
      const scoreOf = async (data: Float32Array) => {
        device.queue.writeBuffer(source, 0, data as Float32Array<ArrayBuffer>);
        return (await output.submit(0, { map: false }).read()).score;
      };
      for (const none of [NaN, Infinity, -Infinity]) {
        for (const at of [0, 31, 2099, 2100, 6299]) {
          const data = good.data.with(at, none);
          assertEquals(await scoreOf(data), maxScore({ ...good, data }), `${none} at ${at}`);
          assertEquals(await scoreOf(data), NaN);
        }
      }
      assertEquals(await scoreOf(good.data), 0.25);
      assertEquals(await scoreOf(good.data.map((score) => -score)), 0);
    }),
);

await testIf(
  "webgpu",
  "createMapOutput() reads back once, the map only when wanted, two frames at a time",
  () =>
    withDevice(async (device) => {
      const source = bufferOf(device, new Float32Array(64).fill(0.75));
      using output = await createMapOutput(device, source, {
        ...{ width: 32, height: 2, threshold: 0.5, places: 2, read: "immediate" },
      });
      using crossings = countCrossings(device);
      const first = output.submit(0, { map: false });
      device.queue.writeBuffer(source, 0, new Float32Array(64).fill(0.25));
      const second = output.submit(1, { map: true });
      const [a, b] = [await first.read(), await second.read()];
      assertEquals([a.score, b.score, a.map, b.map![63]], [0.75, 0.25, undefined, 64]);
      assertEquals(crossings.copies, [256 + 8 + 128, 256 + 8 + 128 + 64]);
      assertEquals(crossings.readbacks, crossings.copies);
    }),
);

await testIf(
  "webgpu",
  "setThreshold() holds for the maps that are submitted after it",
  () =>
    withDevice(async (device) => {
      const source = bufferOf(device, Float32Array.of(0.2, 0.4, 0.6, 0.8));
      using output = await createMapOutput(device, source, {
        ...{ width: 4, height: 1, threshold: 0.5, places: 2, read: "awaited" },
      });
      const before = output.submit(0, { map: false });
      output.setThreshold(0.8);
      const after = output.submit(1, { map: false });
      assertEquals([...(await before.read()).mask.data], [0, 0, 1, 1]);
      assertEquals([...(await after.read()).mask.data], [0, 0, 0, 1]);
    }),
);

Deno.test("float32AtLeast() is what a float32 must reach to reach the number", () => {
  for (const value of [0, 0.5, 0.1, 0.3, 1 / 3, 0.9, 1]) {
    const edge = float32AtLeast(value);
    assert(edge >= value && Math.fround(edge) === edge);
    assert(edge === 0 || Math.fround(edge * (1 - 2 ** -24)) < value || edge === value);
  }
});
