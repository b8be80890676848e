// The shape rule of every operation: the interpreter whose values are shapes. The type makes it complete.

import type { LinearWeights, Ops, Padding, Shape, ValueOp } from "./ops.ts";

type Image = readonly [n: number, h: number, w: number, c: number];
type Tokens = readonly [n: number, t: number, c: number];

/** Shapes of the results; every rule throws a RangeError that names the operation when its arguments do not fit. */
export const shapeRules: Pick<Ops<Shape>, ValueOp> = {
  conv(x, kernel, bias, { stride, padding }) {
    const [n, h, w, c] = image("conv", x);
    const [kh, kw, inputs, outputs] = image("conv kernel", kernel);
    expect(inputs === c, () => `conv: the kernel takes ${inputs} channels, the image has ${c}`);
    expectChannels("conv bias", bias, outputs);
    return [n, ...windows("conv", [h, w], [kh, kw], stride, padding), outputs];
  },

  upConv(x, kernel, bias) {
    const [n, h, w, c] = image("upConv", x);
    const [kh, kw, outputs, inputs] = image("upConv kernel", kernel);
    expect(inputs === c, () => `upConv: the kernel takes ${inputs} channels, the image has ${c}`);
    expect(kh === kw, () => `upConv: the kernel must be square, is ${kh}×${kw}`);
    expectChannels("upConv bias", bias, outputs);
    return [n, h * kh, w * kw, outputs];
  },

  maxPool(x, { size, stride, padding }) {
    const [n, h, w, c] = image("maxPool", x);
    return [n, ...windows("maxPool", [h, w], [size, size], stride, padding), c];
  },

  batchNorm(x, weights) {
    const [, , , c] = image("batchNorm", x);
    for (const [name, shape] of Object.entries(weights)) {
      expectChannels(`batchNorm ${name}`, shape, c);
    }
    return x;
  },

  upsample2x(x) {
    const [n, h, w, c] = image("upsample2x", x);
    return [n, h * 2, w * 2, c];
  },

  toTokens(x) {
    const [n, h, w, c] = image("toTokens", x);
    return [n, h * w, c];
  },

  toImage(x, { height, width }) {
    const [n, t, c] = tokens("toImage", x);
    expect(t === height * width, () => `toImage: ${t} tokens are not ${height}×${width}`);
    return [n, height, width, c];
  },

  linear(x, matrix, bias) {
    const [n, t, c] = tokens("linear", x);
    expect(matrix.length === 2, () => `linear: the matrix has rank ${matrix.length}, must be 2`);
    const [inputs = 0, outputs = 0] = matrix;
    expect(inputs === c, () => `linear: the matrix takes ${inputs} channels, the tokens have ${c}`);
    expectChannels("linear bias", bias, outputs);
    return [n, t, outputs];
  },

  layerNorm(x, { scale, offset }) {
    const [, , c] = tokens("layerNorm", x);
    expectChannels("layerNorm scale", scale, c);
    expectChannels("layerNorm offset", offset, c);
    return x;
  },

  addPosition(x, position, readout) {
    const [n, t, c] = tokens("addPosition", x);
    expectChannels("addPosition readout", readout, c);
    const places = readout === null ? t : t + 1;
    expect(
      sameShape(position, [places, c]),
      () => `addPosition: position must be [${[places, c]}], is [${position}]`,
    );
    return [n, places, c];
  },

  readout(x) {
    const [n, , c] = tokens("readout", x);
    return [n, 1, c];
  },

  patches(x) {
    const [n, t, c] = tokens("patches", x);
    expect(t > 1, () => `patches: there is no token but the readout`);
    return [n, t - 1, c];
  },

  attention(queries, keys, values, { heads }) {
    const [, , c] = tokens("attention", queries);
    for (const [name, shape] of Object.entries({ keys, values })) {
      expect(
        sameShape(shape, queries),
        () => `attention: ${name} are [${shape}], queries [${queries}]`,
      );
    }
    expect(c % heads === 0, () => `attention: ${c} channels do not divide into ${heads} heads`);
    return queries;
  },

  selfAttention(x, { query, key, value }, options) {
    const project = ({ matrix, bias }: LinearWeights<Shape>) => shapeRules.linear(x, matrix, bias);
    return shapeRules.attention(project(query), project(key), project(value), options);
  },

  relu: (x) => x,
  gelu: (x) => x,
  sigmoid: (x) => x,

  add(a, b) {
    const isOneToken = a.length === 3 && sameShape(b, [a[0] ?? 0, 1, a[2] ?? 0]);
    expect(sameShape(a, b) || isOneToken, () => `add: [${a}] and [${b}] differ`);
    return a;
  },

  concat(parts) {
    const [first] = parts;
    if (first === undefined) throw new RangeError("concat: there is nothing to join");
    for (const part of parts) {
      expect(
        sameShape(part.slice(0, -1), first.slice(0, -1)),
        () => `concat: [${part}] and [${first}] differ in more than their channels`,
      );
    }
    return [...first.slice(0, -1), parts.reduce((sum, part) => sum + (part.at(-1) ?? 0), 0)];
  },
};

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The four sizes of a rank 4 value. */
export function image(what: string, shape: Shape): Image {
  expect(shape.length === 4, () => `${what}: rank must be 4, shape is [${shape}]`);
  return shape as unknown as Image;
}

/** The three sizes of a rank 3 value. */
export function tokens(what: string, shape: Shape): Tokens {
  expect(shape.length === 3, () => `${what}: rank must be 3, shape is [${shape}]`);
  return shape as unknown as Tokens;
}

/** Rows and columns of windows that lie on an image. */
function windows(
  what: string,
  [h, w]: readonly [number, number],
  [kh, kw]: readonly [number, number],
  stride: number,
  padding: Padding,
): [rows: number, columns: number] {
  const rows = Math.floor((h + padding.top + padding.bottom - kh) / stride) + 1;
  const columns = Math.floor((w + padding.left + padding.right - kw) / stride) + 1;
  expect(
    rows > 0 && columns > 0,
    () => `${what}: a ${kh}×${kw} window does not fit an image of ${h}×${w}`,
  );
  return [rows, columns];
}

function expectChannels(what: string, shape: Shape | null, channels: number): void {
  if (shape === null) return;
  expect(sameShape(shape, [channels]), () => `${what}: shape must be [${channels}], is [${shape}]`);
}

function expect(holds: boolean, message: () => string): void {
  if (!holds) throw new RangeError(message());
}
