// A lane under test that needs no Worker.

import type { BenchLane } from "../../runtime/bench/lanes.ts";
import type { ProviderName } from "../../runtime/engine/provider.ts";
import type { Frame } from "../../runtime/frame.ts";
import { fakeLane, fakeSegmentation } from "./fake_lane.ts";

/** Answers every frame at once and notes in `log` who got which format. Decoding takes as many ms as lines are in the log. */
export function benchLane(provider: ProviderName, log: string[] = []): BenchLane {
  const lane = Object.assign(fakeLane(), {
    provider,
    info: {
      package: "unet-small 1.0.0",
      provider,
      variant: "fp32" as const,
      threads: 2,
      onnxruntime: "1.2.3",
    },
    golden: { maxDelta: 1e-7, tolerance: 1e-4 },
    decoder: "sharp" as const,
    notes: [],
    measure: () => Promise.resolve(1),
    segment(frame: Frame) {
      log.push(`${provider} ${frame.format} ${frame.bytes.length}`);
      const segmentation = fakeSegmentation();
      return Promise.resolve({
        ...segmentation,
        times: { ...segmentation.times, decodeMs: log.length },
      });
    },
  });
  return { lane };
}
