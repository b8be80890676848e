import { assertEquals, assertThrows } from "@std/assert";
import type { Shape } from "../../../trainer/ops/ops.ts";
import { elementCount, image, sameShape, shapeRules } from "../../../trainer/ops/shapes.ts";

const none = { top: 0, bottom: 0, left: 0, right: 0 };
const x: Shape = [2, 6, 10, 3];
const { conv, upConv, maxPool, batchNorm, relu, sigmoid, add, concat } = shapeRules;

/** Every row must be refused with the message. */
function refuses(rows: readonly (readonly [message: string, rule: () => unknown])[]): void {
  for (const [message, rule] of rows) assertThrows(rule, RangeError, message);
}

Deno.test("conv() counts the places where the kernel fits, zeros included", () => {
  assertEquals(conv(x, [3, 3, 3, 8], [8], { stride: 1, padding: none }), [2, 4, 8, 8]);
  assertEquals(conv(x, [3, 3, 3, 8], null, { stride: 2, padding: none }), [2, 2, 4, 8]);
  const padding = { top: 2, bottom: 0, left: 1, right: 3 };
  assertEquals(conv(x, [3, 1, 3, 5], null, { stride: 1, padding }), [2, 6, 14, 5]);
});

Deno.test("conv() refuses what does not fit", () => {
  const options = { stride: 1, padding: none };
  refuses([
    [
      "conv: rank must be 4, shape is [2,60,3]",
      () => conv([2, 60, 3], [1, 1, 3, 8], null, options),
    ],
    ["conv kernel: rank must be 4, shape is [3,8]", () => conv(x, [3, 8], null, options)],
    [
      "conv: the kernel takes 4 channels, the image has 3",
      () => conv(x, [1, 1, 4, 8], null, options),
    ],
    ["conv bias: shape must be [8], is [3]", () => conv(x, [1, 1, 3, 8], [3], options)],
    [
      "conv: a 7×7 kernel does not fit an image of 6×10",
      () => conv(x, [7, 7, 3, 8], null, options),
    ],
  ]);
});

Deno.test("upConv() multiplies height and width by the kernel's size", () => {
  assertEquals(upConv(x, [2, 2, 5, 3], [5]), [2, 12, 20, 5]);
  refuses([
    ["upConv: rank must be 4", () => upConv([6, 10, 3], [2, 2, 5, 3], [5])],
    [
      "upConv: the kernel takes 5 channels, the image has 3",
      () => upConv(x, [2, 2, 3, 5], [3]),
    ],
    ["upConv: the kernel must be square, is 2×3", () => upConv(x, [2, 3, 5, 3], [5])],
    ["upConv bias: shape must be [5], is [3]", () => upConv(x, [2, 2, 5, 3], [3])],
  ]);
});

Deno.test("maxPool() divides height and width, which must be multiples of the window", () => {
  assertEquals(maxPool(x, { size: 2 }), [2, 3, 5, 3]);
  refuses([
    ["maxPool: 6×10 is not a multiple of the window 3", () => maxPool(x, { size: 3 })],
    ["maxPool: 6×10 is not a multiple of the window 5", () => maxPool(x, { size: 5 })],
    ["maxPool: rank must be 4", () => maxPool([6], { size: 2 })],
  ]);
});

Deno.test("batchNorm() needs four weights of the image's channels, and names the wrong one", () => {
  const weights = { scale: [3], offset: [3], mean: [3], variance: [3] };
  assertEquals(batchNorm(x, weights, 1e-5), x);
  for (const name of Object.keys(weights)) {
    refuses([[
      `batchNorm ${name}: shape must be [3], is [4]`,
      () => batchNorm(x, { ...weights, [name]: [4] }, 1e-5),
    ]]);
  }
  refuses([["batchNorm: rank must be 4", () => batchNorm([2, 3], weights, 1e-5)]]);
});

Deno.test("relu(), sigmoid() and add() keep the shape", () => {
  assertEquals([relu(x), sigmoid(x), add(x, [...x])], [x, x, x]);
  refuses([["add: [2,6,10,3] and [2,6,10,4] differ", () => add(x, [2, 6, 10, 4])]]);
});

Deno.test("concat() adds up channels of images that agree in all else", () => {
  assertEquals(concat([x, [2, 6, 10, 1], x]), [2, 6, 10, 7]);
  refuses([
    ["concat: there is nothing to join", () => concat([])],
    [
      "concat: [2,6,5,3] and [2,6,10,3] differ in more than their channels",
      () => concat([x, [2, 6, 5, 3]]),
    ],
  ]);
});

Deno.test("sameShape(), elementCount() and image() read shapes", () => {
  assertEquals([sameShape([1, 2], [1, 2]), sameShape([1, 2], [1, 2, 1])], [true, false]);
  assertEquals([elementCount([]), elementCount([3, 4])], [1, 12]);
  assertEquals(image("x", x), [2, 6, 10, 3]);
  refuses([["x: rank must be 4, shape is []", () => image("x", [])]]);
});
