// One row for every operation: a smallest network that uses it, on a non-square image. The parity test runs each row on
// every interpreter; a test there fails when an operation has no row.

import type { Network, ValueOp } from "../../../trainer/ops/ops.ts";
import { centredPadding } from "../../../trainer/ops/padding.ts";
import { batchNorm } from "../../../trainer/networks/blocks.ts";

interface ParityRow {
  readonly op: ValueOp;
  /** What of the operation this row shows. */
  readonly shows: string;
  /** The operation alone, on an image of 6×10 with 3 channels. */
  readonly network: Network;
}

export const paritySize = { height: 6, width: 10 };

const row = (op: ValueOp, shows: string, network: Network): ParityRow => ({ op, shows, network });
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
    (ops, image) => output(ops.maxPool(image, { size: 2 })),
  ),
  row("batchNorm", "all four weights", (ops, image) => output(batchNorm(ops, image))),
  row("relu", "both signs", (ops, image) => output(ops.relu(image))),
  row("sigmoid", "both signs", (ops, image) => output(ops.sigmoid(image))),
  row("add", "one value twice", (ops, image) => output(ops.add(image, ops.relu(image)))),
  row("concat", "different channels", (ops, image) => {
    const kernel = ops.param("kernel", "kernel", [1, 1, 3, 2]);
    const narrow = ops.conv(image, kernel, null, { stride: 1, padding: centredPadding(1) });
    return output(ops.concat([image, narrow]));
  }),
];
