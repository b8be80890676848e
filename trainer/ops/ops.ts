// The vocabulary a network is written in. It names operations and their meaning; it knows no backend, no layout
// beyond [N,H,W,C], and no difference between training and inference.

/** Sizes of a value. Rank 4 is an image `[N,H,W,C]`, rank 3 is tokens `[N,T,C]`; weights have the rank their role says. */
export type Shape = readonly number[];

/**
 * What a weight is for. The role decides how the weight starts, whether it is trained and decayed, and how ONNX lays it out.
 *
 * - `kernel`: convolution, `[kh, kw, in, out]`
 * - `transposedKernel`: transposed convolution, `[kh, kw, out, in]`
 * - `matrix`: linear layer, `[in, out]`
 * - `token`: a learned token, `[C]`
 * - `position`: embedding of each token's place, `[T, C]`; the only weight whose shape depends on the image's size
 * - `bias`, `scale`, `offset`: one number a channel, `[C]`
 * - `mean`, `variance`: running statistics of a batch norm, `[C]`; never trained
 */
export type Role =
  | "kernel"
  | "transposedKernel"
  | "matrix"
  | "token"
  | "position"
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
  /** Window size in pixels, the same in both directions. */
  readonly size: number;
  /** Step between two windows, in pixels, the same in both directions. */
  readonly stride: number;
  /** What lies around the image never is the largest. */
  readonly padding: Padding;
}

/** Height and width of an image, in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

export interface AttentionOptions {
  /** Parts that the channels are divided into; each attends on its own. */
  readonly heads: number;
}

/** The weights of a linear layer: `[in,out]` and `[out]`. */
export interface LinearWeights<T> {
  readonly matrix: T;
  readonly bias: T;
}

/** The linear layers of a self-attention, alike in size. */
export type SelfAttentionWeights<T> = Readonly<Record<"query" | "key" | "value", LinearWeights<T>>>;

/** The two weights of a layer norm, each `[C]`. */
export interface LayerNormWeights<T> {
  readonly scale: T;
  readonly offset: T;
}

/** The four weights of a batch norm, each `[C]`. */
export interface BatchNormWeights<T> extends LayerNormWeights<T> {
  readonly mean: T;
  readonly variance: T;
}

/** Weights and their names. */
export interface WeightOps<T> {
  /** The weight of this name in the current scope. `init` overrides what its role starts with. */
  param(name: string, role: Role, shape: Shape, init?: Init): T;
  /** Runs `body` with `name` added to the path of every weight and node made in it. */
  scope<R>(name: string, body: () => R): R;
}

/** On images: `[N,H,W,C] → [N,H',W',C']`. */
export interface ImageOps<T> {
  /** Cross-correlation with a kernel `[kh,kw,in,out]`, plus a bias `[out]` if there is one. */
  conv(x: T, kernel: T, bias: T | null, options: ConvOptions): T;
  /** Transposed convolution whose stride is its kernel's size: every input pixel paints a block of its own. Kernel `[s,s,out,in]`. */
  upConv(x: T, kernel: T, bias: T): T;
  /** Largest value of each `size × size` window. */
  maxPool(x: T, options: PoolOptions): T;
  /** Normalises each channel (Ioffe and Szegedy 2015, eq. 1 to 4): by the batch when training, by the running statistics else. */
  batchNorm(x: T, weights: BatchNormWeights<T>, epsilon: number): T;
  /** Doubles height and width by bilinear interpolation between pixel centres (PyTorch's `align_corners=False`). */
  upsample2x(x: T): T;
}

/** On tokens `[N,T,C]`, to them and from them. */
export interface TokenOps<T> {
  /** Every pixel becomes a token, row by row: `[N,H,W,C] → [N,H·W,C]`. */
  toTokens(x: T): T;
  /** The reverse of `toTokens`: `[N,H·W,C] → [N,H,W,C]`. */
  toImage(x: T, size: ImageSize): T;
  /** Each token times a matrix `[in,out]`, plus a bias `[out]` if there is one. */
  linear(x: T, matrix: T, bias: T | null): T;
  /** Normalises each token over its channels (Ba, Kiros and Hinton 2016, eq. 4). */
  layerNorm(x: T, weights: LayerNormWeights<T>, epsilon: number): T;
  /**
   * Adds to each token the embedding of its place, `position` `[T,C]`. A `readout` token `[C]`, if there is one, is put
   * in front of the others and has the first place: `[N,T,C] → [N,T+1,C]`, `position` then `[T+1,C]`.
   */
  addPosition(x: T, position: T, readout: T | null): T;
  /** The first token alone: `[N,T,C] → [N,1,C]`. */
  readout(x: T): T;
  /** All tokens but the first: `[N,T,C] → [N,T−1,C]`. */
  patches(x: T): T;
  /** Multi-head scaled dot-product attention (Vaswani et al. 2017, eq. 1), queries, keys and values `[N,T,C]` each. */
  attention(queries: T, keys: T, values: T, options: AttentionOptions): T;
  /** The same of tokens among themselves: queries, keys and values are linear layers of `x`, each in a scope of its name. */
  selfAttention(x: T, weights: SelfAttentionWeights<T>, options: AttentionOptions): T;
}

/** On values of any rank, number by number. */
export interface ElementwiseOps<T> {
  relu(x: T): T;
  /** `x · Φ(x)`, exact (Hendrycks and Gimpel 2016, section 2). */
  gelu(x: T): T;
  sigmoid(x: T): T;
  /** Sum of two values of one shape, or of tokens `[N,T,C]` and one token `[N,1,C]` that is added to each. */
  add(a: T, b: T): T;
}

/** On values of any rank, by their shape. */
export interface ShapeOps<T> {
  /** Joins along the channels; all other sizes must agree. */
  concat(parts: readonly T[]): T;
  /** Sizes of a value. */
  shape(x: T): Shape;
}

/**
 * The operations, over whatever an interpreter takes for a value: a shape when planning, a tensor when training,
 * a named graph edge when exporting.
 */
export interface Ops<T>
  extends WeightOps<T>, ImageOps<T>, TokenOps<T>, ElementwiseOps<T>, ShapeOps<T> {}

/** What a network answers: one logit a pixel `[N,H,W,1]`, and the inner maps a student may learn from. */
export interface Outputs<T> {
  readonly logits: T;
  readonly features: readonly T[];
}

/** A network, declared once and read by every interpreter. `image` is `[N,H,W,3]`, normalised. */
export type Network = <T>(ops: Ops<T>, image: T) => Outputs<T>;

/** The operations that make a value from values: each has a shape rule and a row in the parity table. */
export type ValueOp = Exclude<keyof Ops<unknown>, "param" | "scope" | "shape">;
