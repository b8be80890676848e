import { assert, assertAlmostEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import { createRandom } from "../../../../models/random.ts";
import { drawPiece, drawPieces } from "../../../../trainer/data/synthetic/patch.ts";

const size = { width: 96, height: 64 };

for (const [name, draw] of Object.entries({ drawPiece, drawPieces })) {
  Deno.test(`${name}() lies within the image and covers by 0..1`, () => {
    for (let seed = 0; seed < 40; seed++) {
      const { left, top, width, height, cover } = draw(size, createRandom(seed));
      assertGreaterOrEqual(Math.min(left, top), 0);
      assertLess(left + width, size.width + 1);
      assertLess(top + height, size.height + 1);
      assert(cover.length === width * height);
      assert(cover.every((value) => value >= 0 && value <= 1));
    }
  });
}

Deno.test("drawPiece() and drawPieces() cover small shares and large ones", () => {
  for (const [draw, most] of [[drawPiece, 0.06], [drawPieces, 0.09]] as const) {
    const shares = Array.from({ length: 60 }, (_, seed) => {
      const { cover } = draw(size, createRandom(seed));
      return cover.reduce((sum, value) => sum + value, 0) / (96 * 64);
    });
    assertLess(Math.max(...shares), most);
    assertLess(shares.filter((share) => share < 0.005).length, 50);
    assertGreaterOrEqual(shares.filter((share) => share < 0.005).length, 10);
  }
});

Deno.test("drawPiece() moves over the whole image", () => {
  const lefts = Array.from({ length: 60 }, (_, seed) => {
    const { left, width } = drawPiece(size, createRandom(seed));
    return left + width / 2;
  });
  assertAlmostEquals(lefts.reduce((a, b) => a + b) / 60, 48, 12);
});
