import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { createRandom } from "../../../../models/random.ts";
import { perlin } from "../../../../trainer/data/synthetic/perlin.ts";

const size = { width: 64, height: 48 };

Deno.test("perlin() stays within -1..1, follows from the seed and has about as much below 0 as above", () => {
  for (let seed = 0; seed < 5; seed++) {
    const field = perlin(size, { cellsX: 4, cellsY: 3, octaves: 3 }, createRandom(seed));
    assertEquals(field.length, 64 * 48);
    assertLess(Math.max(...field.map(Math.abs)), 1);
    const again = perlin(size, { cellsX: 4, cellsY: 3, octaves: 3 }, createRandom(seed));
    assertEquals(field, again);
    assertAlmostEquals(field.filter((value) => value > 0).length / field.length, 0.5, 0.3);
  }
});

Deno.test("perlin() is smooth: finer cells climb faster", () => {
  const climb = (cells: number) => {
    const field = perlin(size, { cellsX: cells, cellsY: cells, octaves: 1 }, createRandom(1));
    return field.reduce(
      (sum, value, at) => at % 64 ? sum + Math.abs(value - field[at - 1]!) : sum,
      0,
    );
  };
  assertLess(climb(2), climb(4));
  assertLess(climb(4), climb(8));
});
