import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { Image } from "../../models/image.ts";
import { resizeImage, resizeMaskNearest } from "../../models/resize.ts";
import { tapsFor } from "../../models/taps.ts";
import { replaced } from "../helpers/replaced.ts";
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

/** The definition: all columns, kept in float32, then all rows. */
function resizeInTwoSteps(image: Image, width: number, height: number): Image {
  const columns = tapsFor(image.width, width);
  const wide = Float32Array.from({ length: image.height * width * 3 }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    let sum = 0;
    for (let k = 0; k < columns.count[x]!; k++) {
      const from = y * image.width + columns.first[x]! + k;
      sum += columns.weights[x * columns.stride + k]! * image.data[from * 3 + c]!;
    }
    return sum;
  });
  const rows = tapsFor(image.height, height);
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const y = Math.floor(i / 3 / width);
    let sum = 0.5;
    for (let k = 0; k < rows.count[y]!; k++) {
      sum += rows.weights[y * rows.stride + k]! * wide[(rows.first[y]! + k - y) * width * 3 + i]!;
    }
    return sum;
  });
  return { width, height, data };
}

Deno.test("resizeImage() sums columns, then rows, number for number", () => {
  const sizes = [[1, 1], [5, 90], [31, 17], [64, 64], [90, 41], [150, 110], [701, 3]] as const;
  for (const [fromWidth, fromHeight] of sizes) {
    for (const [width, height] of [[64, 64], [31, 40], [90, 7], [1, 2]] as const) {
      const image = picture(fromWidth, fromHeight);
      const expected = resizeInTwoSteps(image, width, height);
      const name = `${fromWidth}×${fromHeight} → ${width}×${height}`;
      assertEquals(resizeImage(image, width, height), expected, name);
    }
  }
});

Deno.test("resizeImage() sums rows first where a long picture gets wider, and differs by a rounding", () => {
  for (const [fromWidth, fromHeight] of [[1, 900], [5, 800], [31, 700]] as const) {
    const image = picture(fromWidth, fromHeight);
    const [resized, expected] = [resizeImage(image, 40, 16), resizeInTwoSteps(image, 40, 16)];
    assertEquals([resized.width, resized.height], [40, 16]);
    const differences = resized.data.map((value, i) => Math.abs(value - expected.data[i]!));
    assert(Math.max(...differences) <= 1, `${Math.max(...differences)} grey levels off`);
    assert(differences.filter((off) => off > 0).length < resized.data.length / 100);
  }
});

Deno.test("resizeImage() takes no array larger than the picture, the result and 1 MiB", () => {
  let largest = 0;
  const watched = <T extends { new (...rest: never[]): { byteLength: number } }>(type: T) =>
    new Proxy(type, {
      construct(target, rest) {
        const made = Reflect.construct(target, rest);
        largest = Math.max(largest, made.byteLength);
        return made;
      },
    });
  const sizes = [[1, 30_000], [2, 600_000], [250, 7000], [300, 3000], [600_000, 2], [
    1,
    1,
  ]] as const;
  for (const [width, height] of sizes) {
    const image = { width, height, data: new Uint8Array(width * height * 3).fill(200) };
    using _float32 = replaced(globalThis, "Float32Array", watched(Float32Array));
    using _float64 = replaced(globalThis, "Float64Array", watched(Float64Array));
    using _uint8 = replaced(globalThis, "Uint8Array", watched(Uint8Array));
    largest = 0;
    const { data } = resizeImage(image, 256, 256);
    assert(
      largest <= Math.max(image.data.length, data.length, 2 ** 20),
      `${width}×${height}: ${largest} bytes`,
    );
    assert(data.every((value) => value === 200), `${width}×${height}`);
  }
});

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
