// A lane under test that needs no Worker.

import type { BenchLane } from "../../runtime/bench/lanes.ts";
import type { Lane } from "../../runtime/engine/lane.ts";
import type { ProviderName } from "../../runtime/engine/provider.ts";
import type { WorkerLane } from "../../runtime/engine/worker_lane.ts";
import type { Frame } from "../../runtime/frame.ts";
import { fakeLane, fakeSegmentation } from "./fake_lane.ts";

export interface BenchLaneOptions extends Partial<Omit<BenchLane, "open">> {
  /** Takes the place of the lane's own answer. */
  readonly segment?: Lane["segment"];
}

/**
 * Answers every frame at once and notes in `log` who was opened, got which format and was closed. Decoding takes as many ms as
 * frames are in the log.
 */
export function benchLane(
  provider: ProviderName,
  log: string[] = [],
  options: BenchLaneOptions = {},
): BenchLane {
  const { segment, ...rest } = options;
  const info = {
    ...{ package: "unet-small 1.0.0", provider, variant: "fp32" as const },
    ...{ threads: 2, onnxruntime: "1.2.3" },
  };
  const golden = { maxDelta: 1e-7, tolerance: 1e-4 };
  const decoder = "sharp" as const;
  let frames = 0;
  const lane: WorkerLane = Object.assign(fakeLane(), {
    ...{ provider, info, golden, decoder, notes: [] },
    measure: () => Promise.resolve(1),
    segment(frame: Frame) {
      frames++;
      log.push(`${provider} ${frame.format} ${frame.bytes.length}`);
      if (segment) return segment(frame);
      const segmentation = fakeSegmentation();
      return Promise.resolve({
        ...segmentation,
        times: { ...segmentation.times, decodeMs: frames },
      });
    },
    [Symbol.asyncDispose]() {
      log.push(`close ${provider}`);
      return Promise.resolve();
    },
  });
  return {
    ...{ info, golden, decoder, encodedOnly: false, ...rest },
    open() {
      log.push(`open ${provider}`);
      return Promise.resolve(lane);
    },
  };
}
