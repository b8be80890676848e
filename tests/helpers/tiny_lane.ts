// Frames of the tiny model, and a lane that answers them.

import type { ProviderName } from "../../runtime/engine/provider.ts";
import { type LaneWorkers, OWN_WORKERS } from "../../runtime/engine/lane_workers.ts";
import { openWorkerLane } from "../../runtime/engine/worker_lane.ts";
import type { Frame } from "../../runtime/frame.ts";
import { TINY_HEIGHT, TINY_WIDTH, type TinyOptions, tinyPackage } from "./tiny_model.ts";

/** Black with three white pixels in the second row, or all different. */
export function frameOf(pixel: (index: number) => number): Frame {
  const pixels = TINY_WIDTH * TINY_HEIGHT;
  const bytes = Uint8Array.from({ length: 3 * pixels }, (_, i) => pixel(Math.floor(i / 3)));
  return { format: "rgb8", width: TINY_WIDTH, height: TINY_HEIGHT, bytes };
}
export const defective = () => frameOf((i) => i >= 9 && i < 12 ? 255 : 0);

export async function openTiny(
  provider: ProviderName,
  options: TinyOptions = {},
  workers: LaneWorkers = OWN_WORKERS,
) {
  const tiny = await tinyPackage(options);
  try {
    const lane = await openWorkerLane({ packageDir: tiny.dir, provider, threads: 1, workers });
    return {
      lane,
      async [Symbol.asyncDispose]() {
        await lane[Symbol.asyncDispose]();
        await tiny[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await tiny[Symbol.asyncDispose]();
    throw error;
  }
}
