// The shape rule of every operation: the interpreter whose values are shapes. The type makes it complete.

import type { Ops, Shape, ValueOp } from "./ops.ts";

type Image = readonly [n: number, h: number, w: number, c: number];

/** Shapes of the results; every rule throws a RangeError that names the operation when its arguments do not fit. */
export const shapeRules: Pick<Ops<Shape>, ValueOp> = {
  conv(x, kernel, bias, { stride, padding }) {
    const [n, h, w, c] = image("conv", x);
    const [kh, kw, inputs, outputs] = image("conv kernel", kernel);
    expect(inputs === c, () => `conv: the kernel takes ${inputs} channels, the image has ${c}`);
    expectChannels("conv bias", bias, outputs);
    const rows = Math.floor((h + padding.top + padding.bottom - kh) / stride) + 1;
    const columns = Math.floor((w + padding.left + padding.right - kw) / stride) + 1;
    expect(
      rows > 0 && columns > 0,
      () => `conv: a ${kh}×${kw} kernel does not fit an image of ${h}×${w}`,
    );
    return [n, rows, columns, outputs];
  },

  upConv(x, kernel, bias) {
    const [n, h, w, c] = image("upConv", x);
    const [kh, kw, outputs, inputs] = image("upConv kernel", kernel);
    expect(inputs === c, () => `upConv: the kernel takes ${inputs} channels, the image has ${c}`);
    expect(kh === kw, () => `upConv: the kernel must be square, is ${kh}×${kw}`);
    expectChannels("upConv bias", bias, outputs);
    return [n, h * kh, w * kw, outputs];
  },

  maxPool(x, { size }) {
    const [n, h, w, c] = image("maxPool", x);
    expect(
      h % size === 0 && w % size === 0,
      () => `maxPool: ${h}×${w} is not a multiple of the window ${size}`,
    );
    return [n, h / size, w / size, c];
  },

  batchNorm(x, weights) {
    const [, , , c] = image("batchNorm", x);
    for (const [name, shape] of Object.entries(weights)) {
      expectChannels(`batchNorm ${name}`, shape, c);
    }
    return x;
  },

  relu: (x) => x,
  sigmoid: (x) => x,

  add(a, b) {
    expect(sameShape(a, b), () => `add: [${a}] and [${b}] differ`);
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

function expectChannels(what: string, shape: Shape | null, channels: number): void {
  if (shape === null) return;
  expect(sameShape(shape, [channels]), () => `${what}: shape must be [${channels}], is [${shape}]`);
}

function expect(holds: boolean, message: () => string): void {
  if (!holds) throw new RangeError(message());
}
