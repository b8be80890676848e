// What each weight role means: how it starts, whether it is trained, whether weight decay pulls on it.

import type { Init, Role, Shape } from "./ops.ts";

interface RoleRule {
  readonly rank: number;
  readonly trainable: boolean;
  /** Decoupled weight decay (Loshchilov and Hutter 2019) applies: kernels yes, what merely shifts or scales no. */
  readonly decays: boolean;
  init(shape: Shape): Init;
}

const constant = (value: number) => (): Init => ({ kind: "constant", value });

const normal = (standardDeviation: number) => (): Init => ({ kind: "normal", standardDeviation });

/** What ViT and BERT start with: layer norms make the size matter little, as long as it is small. */
const transformerDeviation = 0.02;

export const roles: { readonly [R in Role]: RoleRule } = {
  kernel: { rank: 4, trainable: true, decays: true, init: heNormal },
  transposedKernel: { rank: 4, trainable: true, decays: true, init: lecunNormalOfInputs },
  matrix: { rank: 2, trainable: true, decays: true, init: normal(transformerDeviation) },
  token: { rank: 1, trainable: true, decays: false, init: normal(transformerDeviation) },
  position: { rank: 2, trainable: true, decays: false, init: normal(transformerDeviation) },
  bias: { rank: 1, trainable: true, decays: false, init: constant(0) },
  scale: { rank: 1, trainable: true, decays: false, init: constant(1) },
  offset: { rank: 1, trainable: true, decays: false, init: constant(0) },
  mean: { rank: 1, trainable: false, decays: false, init: constant(0) },
  variance: { rank: 1, trainable: false, decays: false, init: constant(1) },
};

/** He et al. 2015, eq. 10: keeps the variance through a ReLU. */
function heNormal([height = 1, width = 1, inputs = 1]: Shape): Init {
  return { kind: "normal", standardDeviation: Math.sqrt(2 / (height * width * inputs)) };
}

/** With stride = kernel size each output sees one tap of each input, and no ReLU follows. */
function lecunNormalOfInputs([, , , inputs = 1]: Shape): Init {
  return { kind: "normal", standardDeviation: Math.sqrt(1 / inputs) };
}
