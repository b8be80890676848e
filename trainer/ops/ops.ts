// The vocabulary a network is written in. It names operations and their meaning; it knows no backend, no layout
// beyond [N,H,W,C], and no difference between training and inference.

/** Sizes of a value. Rank 4 is an image `[N,H,W,C]`, rank 3 is tokens `[N,T,C]`; weights have the rank their role says. */
export type Shape = readonly number[];

/**
 * What a weight is for. The role decides how the weight starts, whether it is trained and decayed, and how ONNX lays it out.
 *
 * - `kernel`: convolution, `[kh, kw, in, out]`
 * - `transposedKernel`: transposed convolution, `[kh, kw, out, in]`
 * - `bias`, `scale`, `offset`: one number a channel, `[C]`
 * - `mean`, `variance`: running statistics of a batch norm, `[C]`; never trained
 */
export type Role =
  | "kernel"
  | "transposedKernel"
  | "bias"
  | "scale"
  | "offset"
  | "mean"
  | "variance";

/** How a weight starts: a constant, or normally distributed around zero. */
export type Init =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "normal"; readonly standardDeviation: number };

/** Zero rows and columns around an image, in pixels. Always explicit: "same" means different things to different backends. */
export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export interface ConvOptions {
  /** Step between two outputs, in pixels, the same in both directions. */
  readonly stride: number;
  readonly padding: Padding;
}

export interface PoolOptions {
  /** Window size in pixels, the same in both directions; the windows do not overlap. */
  readonly size: number;
}

/** The four weights of a batch norm, each `[C]`. */
export interface BatchNormWeights<T> {
  readonly scale: T;
  readonly offset: T;
  readonly mean: T;
  readonly variance: T;
}

/**
 * The operations, over whatever an interpreter takes for a value: a shape when planning, a tensor when training,
 * a named graph edge when exporting.
 */
export interface Ops<T> {
  // Weights
  /** The weight of this name in the current scope. `init` overrides what its role starts with. */
  param(name: string, role: Role, shape: Shape, init?: Init): T;
  /** Runs `body` with `name` added to the path of every weight and node made in it. */
  scope<R>(name: string, body: () => R): R;

  // Image: [N,H,W,C] → [N,H',W',C']
  /** Cross-correlation with a kernel `[kh,kw,in,out]`, plus a bias `[out]` if there is one. */
  conv(x: T, kernel: T, bias: T | null, options: ConvOptions): T;
  /** Transposed convolution whose stride is its kernel's size: every input pixel paints a block of its own. Kernel `[s,s,out,in]`. */
  upConv(x: T, kernel: T, bias: T): T;
  /** Largest value of each `size × size` window; height and width must be multiples of `size`. */
  maxPool(x: T, options: PoolOptions): T;
  /** Normalises each channel (Ioffe and Szegedy 2015, eq. 1 to 4): by the batch when training, by the running statistics else. */
  batchNorm(x: T, weights: BatchNormWeights<T>, epsilon: number): T;

  // Elementwise
  relu(x: T): T;
  sigmoid(x: T): T;
  /** Sum of two values of one shape. */
  add(a: T, b: T): T;

  // Shape
  /** Joins along the channels; all other sizes must agree. */
  concat(parts: readonly T[]): T;
  /** Sizes of a value. */
  shape(x: T): Shape;
}

/** What a network answers: one logit a pixel `[N,H,W,1]`, and the inner maps a student may learn from. */
export interface Outputs<T> {
  readonly logits: T;
  readonly features: readonly T[];
}

/** A network, declared once and read by every interpreter. `image` is `[N,H,W,3]`, normalised. */
export type Network = <T>(ops: Ops<T>, image: T) => Outputs<T>;

/** The operations that make a value from values: each has a shape rule and a row in the parity table. */
export type ValueOp = Exclude<keyof Ops<unknown>, "param" | "scope" | "shape">;
