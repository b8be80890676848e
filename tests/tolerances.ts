// Every tolerance of the tests, each with its reason. Tests import from here and have no numbers of their own.

/** Grey levels between `resizeImage` and Pillow's BILINEAR, which rounds to 8 bits after each of its two passes. */
export const RESIZE_GREY_LEVELS = 1;

/** Grey levels between JPEG decoders: T.81 fixes the inverse DCT and chroma upsampling only up to rounding (3 measured against libjpeg-turbo). */
export const JPEG_GREY_LEVELS = 3;

/** Mean grey levels that JPEG quality 90 loses on a smooth picture (0.7 measured). */
export const JPEG_LOSS_GREY_LEVELS = 2;

/** Float32 holds 24 bits: normalized inputs are around 1, so half an ulp is 6e-8. */
export const FLOAT32_INPUT = 1e-6;

/** Doubles summed in another order than the reference's. */
export const FLOAT64_SUM = 1e-12;

/** Relative, `portableLog` against Math.log: both are within about one ulp of the true value. */
export const LOG_RELATIVE = 4e-16;

/** Mean, variance, skewness and kurtosis of a million normal draws: 5 standard errors of the widest, √(24/10⁶). */
export const NORMAL_MOMENTS = 0.025;

/** One operation in float32 on two backends, sums of at most a hundred terms around 1, behind a sigmoid. */
export const OP_PARITY = 1e-5;

/** Relative, a float32 gradient against central differences of a float32 sum with steps of 1e-2. */
export const GRADIENT = 1e-2;

/** A map on `cpu` or `wasm` against the reference: float32 sums in another order, behind a sigmoid. */
export const MAP_PARITY = 1e-4;

/** A map on `webgpu`: GPUs also contract and approximate (exp, division). */
export const WEBGPU_MAP_PARITY = 1e-3;

/** A loss or a weight of size 1 in float32, after some dozen operations. */
export const FLOAT32_LOSS = 2e-6;

/** `sine` against Math.sin: the first term that its series leaves out is (π/2)¹³/13! = 6e-8. */
export const SINE = 1e-7;

/** Grey levels that a person sees beside the sensor noise of the fixtures (standard deviation at most 3.2). */
export const VISIBLE_GREY_LEVELS = 6;

/** Weights of a run that was resumed against those of one that was not: threads sum in any order, Adam divides small by small. */
export const RESUMED_WEIGHTS = 1e-5;

/** Moments of clipped gradients and statistics of batches, as a share where they are above 1, summed in another order. */
export const REORDERED_SUMS = 2e-6;

/** Names, shapes and attributes of a graph of some ten nodes, in bytes beside its weights. */
export const SMALL_GRAPH_BYTES = 2000;

/** PyTorch's bicubic values were written with six digits behind the point; they are below 50, where float32 has steps of 4e-6. */
export const BICUBIC = 5e-5;

/** Relative to the largest value: twelve layers of a published encoder against PyTorch's, float32 sums in another order (3e-6 measured). */
export const ENCODER_RELATIVE = 2e-5;

/** Values of 0 to 3 behind nine float32 convolutions of up to 4608 terms, against PyTorch's in float64 (1.3e-6 measured). */
export const RESNET_FEATURE = 1e-5;

/** Metrics in 0..1 against torchmetrics, anomalib and segmentation_models_pytorch, which divide in float32. */
export const FLOAT32_METRIC = 1e-6;

/** A map through int8 against float32's, random weights: some dozen roundings of 1/255 of a range, behind a sigmoid (0.05 to 0.2 measured). */
export const INT8_MAP = 0.3;

/** A map through half floats (11 bits) against float32's, some dozen layers, behind a sigmoid. */
export const FLOAT16_MAP = 1e-2;

/** One int8 graph on two builds of ONNX Runtime: a float that lies between two integers may fall to either side, and that travels on. */
export const INT8_PROVIDERS = 0.1;

/** The same on `webgpu`, whose kernels also sum in half floats: random weights, logits with a deviation of 2 (0.025 measured). */
export const FLOAT16_WEBGPU_MAP = 5e-2;

/** Grey levels between a frame resized in float32 on a GPU and in double: the sum may lie on the edge of a rounding. */
export const GPU_RESIZE_GREY_LEVELS = 1.001;

/**
 * Share of values that lie on the other side of such an edge: ratios of small numbers, 7 to 24, have true ties, which even doubles
 * round as it happens (4e-3 measured, of noise; 2e-4 at other ratios).
 */
export const GPU_OTHER_LEVELS = 1e-2;

/**
 * Grey levels between a JPEG that libvips shrinks while it decodes and one that is resized whole: the inverse DCT leaves high
 * frequencies out where the triangle filter only dims them (14 measured at a ratio of 3.5, on an edge of a bottle).
 */
export const SHRUNK_GREY_LEVELS = 20;

/** The same in the mean of a picture (0.22 to 0.5 measured; a woven cloth most). */
export const SHRUNK_MEAN_GREY_LEVELS = 0.75;

/** What that does to a map in the mean, in levels of 255 (at most 0.31 for products the network knows, 0.54 for others). */
export const SHRUNK_MEAN_MAP_LEVELS = 1;

/** And at its worst pixel, of a product that the network knows: on the outline of a region (36 measured). */
export const SHRUNK_MAP_LEVELS = 64;
