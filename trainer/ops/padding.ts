// The one place that decides how many zeros surround an image.

import type { Padding } from "./ops.ts";

export const noPadding: Padding = { top: 0, bottom: 0, left: 0, right: 0 };

/**
 * Padding that keeps `ceil(size / stride)` outputs for an odd kernel: `(kernel − 1) / 2` on every side, as PyTorch has it.
 * It does not depend on the image's size, so a graph may be run at any.
 *
 * @throws RangeError when the kernel is even: no symmetric padding keeps the size.
 */
export function centredPadding(kernel: number): Padding {
  if (kernel % 2 !== 1) {
    throw new RangeError(`Cannot centre a kernel of ${kernel}: its size must be odd`);
  }
  const side = (kernel - 1) / 2;
  return { top: side, bottom: side, left: side, right: side };
}
