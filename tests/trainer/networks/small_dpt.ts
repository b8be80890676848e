// A DPT small enough for tests that only read it.

import type { DptPreset } from "../../../trainer/networks/dpt.ts";

export const smallDpt: DptPreset = {
  encoder: { channels: 16, heads: 2, layers: 4, patch: 16 },
  taps: [1, 2, 3, 4],
  read: "project",
  tapNorm: true,
  fusionChannels: 8,
};
