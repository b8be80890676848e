import { assertEquals, assertThrows } from "@std/assert";
import type { Shape } from "../../../trainer/ops/ops.ts";
import { centredPadding, noPadding } from "../../../trainer/ops/padding.ts";
import { elementCount, image, sameShape, shapeRules, tokens } from "../../../trainer/ops/shapes.ts";

const x: Shape = [2, 6, 10, 3];
const t: Shape = [2, 5, 4];
const { conv, upConv, maxPool, batchNorm, upsample2x } = shapeRules;
const {
  toTokens,
  toImage,
  linear,
  layerNorm,
  addPosition,
  readout,
  patches,
  attention,
  selfAttention,
} = shapeRules;
const { relu, gelu, sigmoid, add, concat } = shapeRules;

/** Every row must be refused with the message. */
function refuses(rows: readonly (readonly [message: string, rule: () => unknown])[]): void {
  for (const [message, rule] of rows) assertThrows(rule, RangeError, message);
}

Deno.test("conv() counts the places where the kernel fits, zeros included", () => {
  assertEquals(conv(x, [3, 3, 3, 8], [8], { stride: 1, padding: noPadding }), [2, 4, 8, 8]);
  assertEquals(conv(x, [3, 3, 3, 8], null, { stride: 2, padding: noPadding }), [2, 2, 4, 8]);
  const padding = { top: 2, bottom: 0, left: 1, right: 3 };
  assertEquals(conv(x, [3, 1, 3, 5], null, { stride: 1, padding }), [2, 6, 14, 5]);
});

Deno.test("conv() refuses what does not fit", () => {
  const options = { stride: 1, padding: noPadding };
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
      "conv: a 7×7 window does not fit an image of 6×10",
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

Deno.test("maxPool() counts the windows that fit, with what lies around", () => {
  assertEquals(maxPool(x, { size: 2, stride: 2, padding: noPadding }), [2, 3, 5, 3]);
  assertEquals(maxPool(x, { size: 3, stride: 2, padding: centredPadding(3) }), [2, 3, 5, 3]);
  assertEquals(maxPool(x, { size: 4, stride: 1, padding: noPadding }), [2, 3, 7, 3]);
  const wide = { size: 7, stride: 7, padding: noPadding };
  refuses([
    ["maxPool: a 7×7 window does not fit an image of 6×10", () => maxPool(x, wide)],
    ["maxPool: rank must be 4", () => maxPool([6], wide)],
  ]);
});

Deno.test("upsample2x() doubles height and width", () => {
  assertEquals(upsample2x(x), [2, 12, 20, 3]);
  refuses([["upsample2x: rank must be 4", () => upsample2x([6, 10, 3])]]);
});

Deno.test("toTokens() and toImage() are each other's reverse", () => {
  assertEquals(toTokens(x), [2, 60, 3]);
  assertEquals(toImage([2, 60, 3], { height: 6, width: 10 }), x);
  refuses([
    ["toTokens: rank must be 4", () => toTokens([2, 60, 3])],
    ["toImage: 60 tokens are not 6×9", () => toImage([2, 60, 3], { height: 6, width: 9 })],
    ["toImage: rank must be 3", () => toImage(x, { height: 6, width: 10 })],
  ]);
});

Deno.test("linear() takes the tokens' channels and gives the matrix's", () => {
  assertEquals(linear(t, [4, 7], [7]), [2, 5, 7]);
  assertEquals(linear(t, [4, 7], null), [2, 5, 7]);
  refuses([
    ["linear: the matrix takes 3 channels, the tokens have 4", () => linear(t, [3, 7], null)],
    ["linear: the matrix has rank 1, must be 2", () => linear(t, [4], null)],
    ["linear bias: shape must be [7], is [4]", () => linear(t, [4, 7], [4])],
    ["linear: rank must be 3", () => linear(x, [3, 7], null)],
  ]);
});

Deno.test("layerNorm() needs two weights of the tokens' channels", () => {
  assertEquals(layerNorm(t, { scale: [4], offset: [4] }, 1e-6), t);
  refuses([
    [
      "layerNorm scale: shape must be [4], is [3]",
      () => layerNorm(t, { scale: [3], offset: [4] }, 1e-6),
    ],
    [
      "layerNorm offset: shape must be [4], is [5]",
      () => layerNorm(t, { scale: [4], offset: [5] }, 1e-6),
    ],
    ["layerNorm: rank must be 3", () => layerNorm(x, { scale: [3], offset: [3] }, 1e-6)],
  ]);
});

Deno.test("addPosition() has a place for each token, the readout's first", () => {
  assertEquals(addPosition(t, [5, 4], null), t);
  assertEquals(addPosition(t, [6, 4], [4]), [2, 6, 4]);
  refuses([
    ["addPosition: position must be [5,4], is [6,4]", () => addPosition(t, [6, 4], null)],
    ["addPosition: position must be [6,4], is [5,4]", () => addPosition(t, [5, 4], [4])],
    ["addPosition readout: shape must be [4], is [3]", () => addPosition(t, [6, 4], [3])],
  ]);
});

Deno.test("readout() and patches() divide the tokens between them", () => {
  assertEquals([readout(t), patches(t)], [[2, 1, 4], [2, 4, 4]]);
  refuses([
    ["readout: rank must be 3", () => readout(x)],
    ["patches: there is no token but the readout", () => patches([2, 1, 4])],
  ]);
});

Deno.test("attention() needs queries, keys and values of one shape that divides into heads", () => {
  assertEquals(attention(t, t, t, { heads: 2 }), t);
  refuses([
    [
      "attention: keys are [2,4,4], queries [2,5,4]",
      () => attention(t, [2, 4, 4], t, { heads: 2 }),
    ],
    [
      "attention: values are [2,5,8], queries [2,5,4]",
      () => attention(t, t, [2, 5, 8], { heads: 2 }),
    ],
    ["attention: 4 channels do not divide into 3 heads", () => attention(t, t, t, { heads: 3 })],
  ]);
});

Deno.test("selfAttention() gives tokens of its layers' channels, and names the layer's fault", () => {
  const layer = { matrix: [4, 6], bias: [6] };
  const weights = { query: layer, key: layer, value: layer };
  assertEquals(selfAttention(t, weights, { heads: 2 }), [2, 5, 6]);
  const value = { matrix: [4, 8], bias: [8] };
  const wrongBias = { matrix: [4, 6], bias: [4] };
  refuses([
    [
      "attention: values are [2,5,8], queries [2,5,6]",
      () => selfAttention(t, { ...weights, value }, { heads: 2 }),
    ],
    [
      "linear bias: shape must be [6], is [4]",
      () => selfAttention(t, { ...weights, key: wrongBias }, { heads: 2 }),
    ],
    [
      "attention: 6 channels do not divide into 4 heads",
      () => selfAttention(t, weights, { heads: 4 }),
    ],
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

Deno.test("relu(), gelu(), sigmoid() and add() keep the shape", () => {
  assertEquals([relu(x), gelu(x), sigmoid(x), add(x, [...x])], [x, x, x, x]);
  assertEquals(add(t, [2, 1, 4]), t);
  refuses([
    ["add: [2,6,10,3] and [2,6,10,4] differ", () => add(x, [2, 6, 10, 4])],
    ["add: [2,6,10,3] and [2,1,10,3] differ", () => add(x, [2, 1, 10, 3])],
    ["add: [2,5,4] and [2,1,3] differ", () => add(t, [2, 1, 3])],
  ]);
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

Deno.test("sameShape(), elementCount(), image() and tokens() read shapes", () => {
  assertEquals([sameShape([1, 2], [1, 2]), sameShape([1, 2], [1, 2, 1])], [true, false]);
  assertEquals([elementCount([]), elementCount([3, 4])], [1, 12]);
  assertEquals(image("x", x), [2, 6, 10, 3]);
  assertEquals(tokens("x", t), t);
  refuses([
    ["x: rank must be 4, shape is []", () => image("x", [])],
    ["x: rank must be 3, shape is [2,6,10,3]", () => tokens("x", x)],
  ]);
});
