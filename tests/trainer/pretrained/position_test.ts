import { assertAlmostEquals, assertEquals } from "@std/assert";
import { resizePosition } from "../../../trainer/pretrained/position.ts";
import { BICUBIC } from "../../tolerances.ts";

// The readout's row, then i^1.5 for i = 1 … 12 on a grid of 3×4, one channel.
const rows = Float32Array.from([99, ...Array.from({ length: 12 }, (_, i) => (i + 1) ** 1.5)]);
const from = { height: 3, width: 4 };

// torch.nn.functional.interpolate(x, size, mode="bicubic", align_corners=False), PyTorch 2.15.
const expected = [
  {
    to: { height: 2, width: 5 },
    values: [
      ...[2.618374, 4.022966, 6.169178, 8.731832, 10.834282],
      ...[23.504551, 26.453314, 30.498566, 34.767197, 38.090256],
    ],
  },
  {
    to: { height: 4, width: 3 },
    values: [
      ...[0.475012, 3.014125, 6.600398, 6.118495, 10.083344, 14.824082],
      ...[18.512312, 24.231413, 30.475143, 28.724682, 35.262321, 42.274422],
    ],
  },
];

for (const { to, values } of expected) {
  Deno.test(`resizePosition() has PyTorch's values at ${to.height}×${to.width}`, () => {
    const [readout, ...grid] = resizePosition(rows, 1, from, to);
    assertEquals(readout, 99);
    assertEquals(grid.length, values.length);
    values.forEach((value, i) => assertAlmostEquals(grid[i]!, value, BICUBIC));
  });
}

Deno.test("resizePosition() keeps every channel's own, and a grid of its own size", () => {
  const interleaved = Float32Array.from({ length: 26 }, (_, i) => rows[i >> 1]! * (i % 2 ? -1 : 1));
  assertEquals(resizePosition(interleaved, 2, from, from), interleaved);
});
