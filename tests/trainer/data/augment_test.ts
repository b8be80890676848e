import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { drawAugmentation, noAugmentation, sourceIndex } from "../../../trainer/data/augment.ts";

const size = { width: 3, height: 2 };
const indices = (size: { width: number; height: number }, changes: object) =>
  Array.from(
    { length: size.width * size.height },
    (_, at) =>
      sourceIndex(at % size.width, Math.floor(at / size.width), size, {
        ...noAugmentation,
        ...changes,
      }),
  );

Deno.test("sourceIndex() mirrors and transposes", () => {
  assertEquals(indices(size, {}), [0, 1, 2, 3, 4, 5]);
  assertEquals(indices(size, { mirrorX: true }), [2, 1, 0, 5, 4, 3]);
  assertEquals(indices(size, { mirrorY: true }), [3, 4, 5, 0, 1, 2]);
  assertEquals(indices({ width: 2, height: 2 }, { transpose: true }), [0, 2, 1, 3]);
});

Deno.test("sourceIndex() reaches the eight symmetries of a square, each using every pixel once", () => {
  const square = { width: 3, height: 3 };
  const coins = [false, true];
  const all = coins.flatMap((mirrorX) =>
    coins.flatMap((mirrorY) =>
      coins.map((transpose) => indices(square, { mirrorX, mirrorY, transpose }))
    )
  );
  assertEquals(new Set(all.map(String)).size, 8);
  for (const order of all) assertEquals(order.toSorted(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

Deno.test("drawAugmentation() never turns an image that is not square, and keeps light in bounds", () => {
  const random = createRandom("augment");
  const drawn = Array.from({ length: 200 }, () => drawAugmentation(random, false));
  assertEquals(drawn.some(({ transpose }) => transpose), false);
  for (const { gain, offset } of drawn) {
    assertLess(Math.abs(gain - 1), 0.1);
    assertLess(Math.abs(offset), 0.1);
  }
  const mirrored = drawn.filter(({ mirrorX }) => mirrorX).length;
  assertGreater(mirrored, 60);
  assertLess(mirrored, 140);
});

Deno.test("drawAugmentation() draws the same from the same seed", () => {
  const draw = () => drawAugmentation(createRandom(3), true);
  assertEquals(draw(), draw());
});
