// The interpreter that runs nothing: it lists the weights of a network and counts its work.

import type { ImageSize, Init, Network, Ops, Role, Shape } from "./ops.ts";
import { roles } from "./roles.ts";
import { createNamer } from "./scope.ts";
import { composedSelfAttention } from "./self_attention.ts";
import { elementCount, image, shapeRules, tokens } from "./shapes.ts";

/** One weight of a network, as its declaration asks for it. */
export interface WeightSpec {
  readonly path: string;
  readonly role: Role;
  readonly shape: Shape;
  readonly init: Init;
  readonly trainable: boolean;
}

export interface Plan {
  readonly weights: readonly WeightSpec[];
  /** Numbers that training changes. */
  readonly parameters: number;
  /** Multiply-adds of one image through convolutions, linear layers and attention. */
  readonly multiplyAdds: number;
  /** `[1,H,W,1]`. */
  readonly logits: Shape;
  readonly features: readonly Shape[];
}

/**
 * Reads a network without running it.
 *
 * @param size Height and width of the image, in pixels.
 * @throws RangeError when a shape does not fit or a weight is named twice.
 */
export function plan(network: Network, size: ImageSize): Plan {
  const namer = createNamer();
  const weights: WeightSpec[] = [];
  let multiplyAdds = 0;

  const ops: Ops<Shape> = {
    ...shapeRules,
    scope: namer.scope,
    shape: (x) => x,
    param(name, role, shape, init) {
      const { rank, trainable, init: defaultInit } = roles[role];
      const path = namer.weight(name);
      if (shape.length !== rank) {
        throw new RangeError(
          `Weight "${path}" is a ${role}: rank must be ${rank}, shape is [${shape}]`,
        );
      }
      weights.push({ path, role, shape, trainable, init: init ?? defaultInit(shape) });
      return shape;
    },
    conv(x, kernel, bias, options) {
      const result = shapeRules.conv(x, kernel, bias, options);
      const [, rows, columns] = image("conv", result);
      multiplyAdds += rows * columns * elementCount(kernel);
      return result;
    },
    upConv(x, kernel, bias) {
      const [, rows, columns] = image("upConv", x);
      multiplyAdds += rows * columns * elementCount(kernel);
      return shapeRules.upConv(x, kernel, bias);
    },
    linear(x, matrix, bias) {
      const [, count] = tokens("linear", x);
      multiplyAdds += count * elementCount(matrix);
      return shapeRules.linear(x, matrix, bias);
    },
    attention(queries, keys, values, options) {
      const [, count, channels] = tokens("attention", queries);
      multiplyAdds += 2 * count * count * channels; // every query by every key, every weight by every value
      return shapeRules.attention(queries, keys, values, options);
    },
    selfAttention: (x, weights, options) => composedSelfAttention(ops, x, weights, options),
  };

  const { logits, features } = network(ops, [1, size.height, size.width, 3]);
  const parameters = weights.filter((weight) => weight.trainable)
    .reduce((sum, weight) => sum + elementCount(weight.shape), 0);
  return { weights, parameters, multiplyAdds, logits, features };
}
