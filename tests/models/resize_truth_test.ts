import { assertAlmostEquals, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { Mask } from "../../models/image.ts";
import { createRandom } from "../../models/random.ts";
import { resizeMaskNearest } from "../../models/resize.ts";
import { resizeTruth } from "../../models/resize_truth.ts";

function maskOf(rows: readonly string[]): Mask {
  const data = Uint8Array.from(rows.join(""), (mark) => mark === "#" ? 1 : 0);
  return { width: rows[0]!.length, height: rows.length, data };
}

function rowsOf({ width, data }: Mask): string[] {
  const text = [...data].map((value) => value === 1 ? "#" : ".").join("");
  return text.match(new RegExp(`.{${width}}`, "g"))!;
}

function resized(rows: readonly string[], width: number, height: number): string[] {
  return rowsOf(resizeTruth(maskOf(rows), width, height));
}

function rectangle(size: number, [x, y]: [number, number], [wide, tall]: [number, number]): Mask {
  const data = new Uint8Array(size * size);
  for (let row = y; row < y + tall; row++) data.fill(1, row * size + x, row * size + x + wide);
  return { width: size, height: size, data };
}

function area({ data }: Mask): number {
  return data.reduce((sum, value) => sum + value, 0);
}

Deno.test("resizeTruth() gives a mask of the right size back as it is", () => {
  const mask = maskOf(["#.", ".."]);
  assertStrictEquals(resizeTruth(mask, 2, 2), mask);
});

Deno.test("resizeTruth() sets a pixel of which at least half is defect", () => {
  const rows = [
    "######..",
    "#####...",
    "####....",
    "####....",
  ];
  assertEquals(resized(rows, 4, 2), ["###.", "##.."]);
  // A third of a pixel beside two whole ones is no region of its own.
  assertEquals(resized(["#######.."], 3, 1), ["##."]);
});

Deno.test("resizeTruth() keeps every region, however small and wherever it lies", () => {
  for (const side of [1, 2, 3]) {
    for (let x = 20; x < 24; x++) {
      for (let y = 20; y < 24; y++) {
        const small = resizeTruth(rectangle(64, [x, y], [side, side]), 16, 16);
        const [first, last] = [small.data.indexOf(1), small.data.lastIndexOf(1)];
        assertEquals(first >= 0 && area(small) <= 4, true, `${side} at ${x},${y}`);
        for (const at of [first, last]) {
          assertEquals(Math.floor(at / 16) === 5 || Math.floor(at / 16) === 6, true);
          assertEquals(at % 16 === 5 || at % 16 === 6, true);
        }
      }
    }
  }
  const two = ["#......#", "........", "........", "........"];
  assertEquals(resized(two, 2, 1), ["##"]);
});

Deno.test("resizeTruth() keeps a line a line", () => {
  const line = resizeTruth(rectangle(64, [8, 21], [40, 1]), 16, 16);
  assertEquals(rowsOf(line)[5], "..##########....");
  assertEquals(area(line), 10);
});

Deno.test("resizeTruth() keeps the area of what is much larger than a pixel", () => {
  const [size, radius] = [900, 200];
  const data = Uint8Array.from({ length: size * size }, (_, at) => {
    const [x, y] = [at % size - 430.3, Math.floor(at / size) - 470.7];
    return x * x + y * y < radius * radius ? 1 : 0;
  });
  const small = resizeTruth({ width: size, height: size, data }, 256, 200);
  const share = area(small) / (256 * 200);
  assertAlmostEquals(share, Math.PI * radius ** 2 / size ** 2, 0.001);
});

Deno.test("resizeTruth() counts area as laying both grids over a finer one does", () => {
  const random = createRandom("truth");
  for (const [width, height, toWidth, toHeight] of [[7, 5, 3, 4], [6, 6, 4, 9]] as const) {
    // Dense: each region has more than half of it in pixels that are set.
    const data = Uint8Array.from({ length: width * height }, () => random.next() < 0.85 ? 1 : 0);
    const mask = { width, height, data };
    const fine = resizeMaskNearest(mask, width * toWidth, height * toHeight);
    const counts = new Array<number>(toWidth * toHeight).fill(0);
    for (const [at, value] of fine.data.entries()) {
      const [x, y] = [at % fine.width, Math.floor(at / fine.width)];
      counts[Math.floor(y / height) * toWidth + Math.floor(x / width)]! += value;
    }
    const expected = counts.map((count) => count >= width * height / 2 ? 1 : 0);
    assertEquals([...resizeTruth(mask, toWidth, toHeight).data], expected);
  }
});

Deno.test("resizeTruth() makes larger as the nearest pixel does", () => {
  const mask = maskOf(["#..", ".##"]);
  assertEquals(resizeTruth(mask, 9, 6), resizeMaskNearest(mask, 9, 6));
});

Deno.test("resizeTruth() refuses sizes that are no positive integers", () => {
  assertThrows(() => resizeTruth(maskOf(["#."]), 0, 1), RangeError, "positive integers");
});
