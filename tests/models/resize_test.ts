import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { Image } from "../../models/image.ts";
import { resizeImage, resizeMaskNearest } from "../../models/resize.ts";
import { RESIZE_GREY_LEVELS } from "../tolerances.ts";
import golden from "./golden/resize.json" with { type: "json" };

/** The same picture as in make_resize.py. */
function picture(width: number, height: number): Image {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return (x * x * 7 + y * 13 * (c + 1) + x * y * 3 + c * 50) % 256;
  });
  return { width, height, data };
}

Deno.test("resizeImage() equals Pillow's BILINEAR up and down, square and not", () => {
  for (const { width, height, toWidth, toHeight, triangle } of golden.cases) {
    const image = resizeImage(picture(width, height), toWidth, toHeight);
    const expected = Uint8Array.fromHex(triangle);
    assertEquals([image.width, image.height, image.data.length], [
      toWidth,
      toHeight,
      expected.length,
    ]);
    const worst = image.data.reduce((max, v, i) => Math.max(max, Math.abs(v - expected[i]!)), 0);
    assert(
      worst <= RESIZE_GREY_LEVELS,
      `${width}×${height} → ${toWidth}×${toHeight}: ${worst} grey levels off`,
    );
  }
});

Deno.test("resizeImage() gives hand-computed values", () => {
  const row = (...grey: number[]): Image => ({
    width: grey.length,
    height: 1,
    data: Uint8Array.from(grey.flatMap((v) => [v, 0, 255])),
  });
  const greys = (image: Image) => [...image.data].filter((_, i) => i % 3 === 0);
  // Up: centres at ¼, ¾, 1¼, 1¾ of 2 pixels. Down: weights ⅛ ⅜ ⅜ ⅛, cut at the edge to 3 3 1 of 7.
  assertEquals(greys(resizeImage(row(0, 100), 4, 1)), [0, 25, 75, 100]);
  assertEquals(greys(resizeImage(row(0, 70, 140, 210), 2, 1)), [50, 160]);
  // One rounding at the end: 127.5 rounds up.
  assertEquals(greys(resizeImage(row(127, 128), 1, 1)), [128]);
});

Deno.test("resizeImage() keeps a flat picture flat at any size", () => {
  for (const grey of [0, 1, 254, 255]) {
    const flat = { width: 17, height: 11, data: new Uint8Array(17 * 11 * 3).fill(grey) };
    for (const [width, height] of [[5, 7], [64, 3], [17, 300], [1, 1]] as const) {
      assert(resizeImage(flat, width, height).data.every((v) => v === grey), `${grey}`);
    }
  }
});

Deno.test("resizeImage() returns the same image when the size is right", () => {
  const image = picture(4, 3);
  assertStrictEquals(resizeImage(image, 4, 3), image);
});

Deno.test("resizeImage() gives the same after other sizes have pushed its weights out", () => {
  const image = picture(20, 10);
  const first = resizeImage(image, 7, 7);
  for (let size = 1; size < 40; size++) resizeImage(image, size, size);
  assertEquals(resizeImage(image, 7, 7), first);
});

Deno.test("resizeMaskNearest() takes the pixels that Pillow's NEAREST takes", () => {
  for (const { width, height, toWidth, toHeight, nearest } of golden.cases) {
    const data = picture(width, height).data.filter((_, i) => i % 3 === 0);
    const mask = resizeMaskNearest({ width, height, data }, toWidth, toHeight);
    assertEquals(mask, { width: toWidth, height: toHeight, data: Uint8Array.fromHex(nearest) });
  }
});

Deno.test("resizeImage() and resizeMaskNearest() refuse sizes that are no positive integers", () => {
  for (const size of [0, -1, 1.5, NaN]) {
    assertThrows(() => resizeImage(picture(2, 2), size, 2), RangeError, "positive integers");
    const mask = { width: 2, height: 2, data: new Uint8Array(4) };
    assertThrows(() => resizeMaskNearest(mask, 2, size), RangeError, "positive integers");
  }
});
