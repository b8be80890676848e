// One row for every operation: a smallest network that uses it, on a non-square image. The parity test runs each row on
// every interpreter; a test there fails when an operation has no row.

import type { Init, Network, Ops, ValueOp } from "../../../trainer/ops/ops.ts";
import { centredPadding, noPadding } from "../../../trainer/ops/padding.ts";
import { batchNorm, layerNorm } from "../../../trainer/networks/blocks.ts";

interface ParityRow {
  readonly op: ValueOp;
  /** What of the operation this row shows. */
  readonly shows: string;
  /** The operation alone, on an image of 6×10 with 3 channels. */
  readonly network: Network;
}

export const paritySize = { height: 6, width: 10 };

const row = (op: ValueOp, shows: string, network: Network): ParityRow => ({ op, shows, network });
/** Large enough to show in the result. */
const wide: Init = { kind: "normal", standardDeviation: 0.7 };

/** Does something to the pixels as tokens, and makes an image of them again. */
function onTokens<T>(ops: Ops<T>, image: T, change: (tokens: T) => T): T {
  return ops.toImage(change(ops.toTokens(image)), paritySize);
}

const output = <T>(logits: T) => ({ logits, features: [] });

export const parityTable: readonly ParityRow[] = [
  row("conv", "3×3 with bias", (ops, image) =>
    output(ops.conv(
      image,
      ops.param("kernel", "kernel", [3, 3, 3, 4]),
      ops.param("bias", "bias", [4]),
      { stride: 1, padding: centredPadding(3) },
    ))),
  row("conv", "3×3, stride 2, no bias", (ops, image) =>
    output(ops.conv(
      image,
      ops.param("kernel", "kernel", [3, 3, 3, 4]),
      null,
      { stride: 2, padding: centredPadding(3) },
    ))),
  row("conv", "3×1 with zeros on one side only", (ops, image) =>
    output(ops.conv(
      image,
      ops.param("kernel", "kernel", [3, 1, 3, 2]),
      null,
      { stride: 1, padding: { top: 2, bottom: 0, left: 0, right: 0 } },
    ))),
  row("upConv", "2×2", (ops, image) =>
    output(ops.upConv(
      image,
      ops.param("kernel", "transposedKernel", [2, 2, 4, 3]),
      ops.param("bias", "bias", [4]),
    ))),
  row(
    "maxPool",
    "windows of 2",
    (ops, image) => output(ops.maxPool(image, { size: 2, stride: 2, padding: noPadding })),
  ),
  row(
    "maxPool",
    "overlapping windows of 3, some with nothing above what lies around",
    (ops, image) => {
      const padding = centredPadding(3);
      return output(ops.maxPool(image, { size: 3, stride: 2, padding }));
    },
  ),
  row("batchNorm", "all four weights", (ops, image) => output(batchNorm(ops, image))),
  row("upsample2x", "borders and inside", (ops, image) => output(ops.upsample2x(image))),
  row(
    "upsample2x",
    "twice, so that an even and an odd size meet",
    (ops, image) => {
      const half = ops.maxPool(image, { size: 2, stride: 2, padding: noPadding });
      return output(ops.upsample2x(half));
    },
  ),
  row("toTokens", "row by row", (ops, image) => output(onTokens(ops, image, (x) => x))),
  row("toImage", "rows of another length than before", (ops, image) => {
    const tokens = ops.toTokens(image);
    return output(ops.toImage(tokens, { height: paritySize.width, width: paritySize.height }));
  }),
  row("linear", "with bias", (ops, image) =>
    output(onTokens(ops, image, (x) =>
      ops.linear(
        x,
        ops.param("matrix", "matrix", [3, 5], wide),
        ops.param("bias", "bias", [5]),
      )))),
  row(
    "linear",
    "without bias",
    (ops, image) =>
      output(
        onTokens(
          ops,
          image,
          (x) => ops.linear(x, ops.param("matrix", "matrix", [3, 5], wide), null),
        ),
      ),
  ),
  row(
    "layerNorm",
    "both weights",
    (ops, image) => output(onTokens(ops, image, (x) => layerNorm(ops, x))),
  ),
  row(
    "addPosition",
    "without a readout token",
    (ops, image) =>
      output(
        onTokens(ops, image, (x) =>
          ops.addPosition(x, ops.param("position", "position", [60, 3], wide), null)),
      ),
  ),
  row("addPosition", "behind a readout token, all of them shown", (ops, image) => {
    const position = ops.param("position", "position", [61, 3], wide);
    const x = ops.addPosition(
      ops.toTokens(image),
      position,
      ops.param("readout", "token", [3], wide),
    );
    return output(ops.toImage(x, { height: 61, width: 1 }));
  }),
  row(
    "readout",
    "the first token alone",
    (ops, image) => output(ops.toImage(ops.readout(ops.toTokens(image)), { height: 1, width: 1 })),
  ),
  row(
    "patches",
    "all but the first token",
    (ops, image) => output(ops.toImage(ops.patches(ops.toTokens(image)), { height: 59, width: 1 })),
  ),
  row(
    "attention",
    "two heads, queries, keys and values of their own",
    (ops, image) =>
      output(onTokens(ops, image, (x) => {
        const project = (name: string) =>
          ops.linear(x, ops.param(name, "matrix", [3, 8], wide), null);
        return ops.attention(project("query"), project("key"), project("value"), { heads: 2 });
      })),
  ),
  row(
    "selfAttention",
    "two heads, weights of their own, biases that differ",
    (ops, image) =>
      output(onTokens(ops, image, (x) => {
        const weights = (name: string) =>
          ops.scope(name, () => ({
            matrix: ops.param("matrix", "matrix", [3, 8], wide),
            bias: ops.param("bias", "bias", [8], wide),
          }));
        const [query, key, value] = [weights("query"), weights("key"), weights("value")];
        return ops.selfAttention(x, { query, key, value }, { heads: 2 });
      })),
  ),
  row("gelu", "both signs", (ops, image) => output(ops.gelu(image))),
  row("relu", "both signs", (ops, image) => output(ops.relu(image))),
  row("sigmoid", "both signs", (ops, image) => output(ops.sigmoid(image))),
  row("add", "one value twice", (ops, image) => output(ops.add(image, ops.relu(image)))),
  row(
    "add",
    "one token to all",
    (ops, image) => output(onTokens(ops, image, (x) => ops.add(x, ops.readout(x)))),
  ),
  row(
    "concat",
    "different channels of tokens",
    (ops, image) =>
      output(
        onTokens(ops, image, (x) =>
          ops.concat([x, ops.linear(x, ops.param("matrix", "matrix", [3, 2], wide), null)])),
      ),
  ),
  row("concat", "different channels", (ops, image) => {
    const kernel = ops.param("kernel", "kernel", [1, 1, 3, 2]);
    const narrow = ops.conv(image, kernel, null, { stride: 1, padding: centredPadding(1) });
    return output(ops.concat([image, narrow]));
  }),
];
