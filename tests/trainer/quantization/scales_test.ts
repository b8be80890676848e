import { assertAlmostEquals, assertEquals } from "@std/assert";
import { quantizeBias, quantizeWeights, scaleOf } from "../../../trainer/quantization/scales.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";

Deno.test("scaleOf() spreads 255 steps over the range, and zero is one of them", () => {
  const { scale, zeroPoint } = scaleOf({ min: -1, max: 1.55 });
  assertAlmostEquals(scale, 0.01, FLOAT32_LOSS);
  assertEquals(zeroPoint, 100);
  assertEquals(scaleOf({ min: 0.5, max: 2 }).zeroPoint, 0);
  assertEquals(scaleOf({ min: -3, max: -1 }).zeroPoint, 255);
  assertEquals(scaleOf({ min: 0, max: 0 }), { scale: 1, zeroPoint: 0 });
});

Deno.test("quantizeWeights() gives each channel a scale of its own, along either axis", () => {
  const data = Float32Array.of(1, -2, 40, 20);
  const rows = quantizeWeights({ shape: [2, 2], data }, 0, { inputScale: 1 });
  assertEquals([...rows.data], [64, -127, 127, 64]);
  assertEquals([...rows.scales], [Math.fround(2 / 127), Math.fround(40 / 127)]);
  const columns = quantizeWeights({ shape: [2, 2], data }, 1, { inputScale: 1 });
  assertEquals([...columns.data], [3, -13, 127, 127]);
});

Deno.test("quantizeWeights() gives a channel of zeros, and one whose bias is huge, a scale that works", () => {
  const data = Float32Array.of(0, 1e-9);
  const biases = Float32Array.of(0, 1000);
  const { data: integers, scales } = quantizeWeights({ shape: [2, 1], data }, 0, {
    inputScale: 0.01,
    biases,
  });
  assertEquals([...integers], [0, 0]);
  assertEquals(scales[0], 1);
  const [, bias] = quantizeBias(biases, scales.map((scale) => scale * 0.01));
  assertAlmostEquals(bias! * scales[1]! * 0.01, 1000, 0.001);
});
