// The light DPT: the paper's anatomy, encoder, four taps, Reassemble, Fusion, head, behind a convolutional stem and with fewer
// and narrower blocks. One family of sizes, so that a search can name every one of them.

import type { DptPreset } from "./dpt.ts";

export interface LightSize {
  /** Channels of a token, a multiple of 32. */
  readonly channels: number;
  /** Layers of the encoder, a multiple of 4: every quarter of them is tapped. */
  readonly layers: number;
  /** Channels of the decoder's maps. */
  readonly fusionChannels: number;
}

/** Side of a patch, in pixels: the stem halves the image four times. */
const patch = 16;
/** Channels of an attention head: half the usual, so that few channels still have several. */
const headChannels = 32;

/** `c64-l4-f48`: 64 channels, 4 layers, 48 channels in the decoder. */
export function lightName({ channels, layers, fusionChannels }: LightSize): string {
  return `c${channels}-l${layers}-f${fusionChannels}`;
}

/** The size that a name says, or undefined when it is no such name or there is no such network. */
export function parseLightName(name: string): LightSize | undefined {
  const numbers = /^c(\d{2,4})-l(\d{1,2})-f(\d{1,3})$/.exec(name)?.slice(1).map(Number);
  if (numbers === undefined) return undefined;
  const [channels = 0, layers = 0, fusionChannels = 0] = numbers;
  const isWhole = channels > 0 && channels % headChannels === 0 && layers > 0 && layers % 4 === 0 &&
    fusionChannels > 0;
  return isWhole ? { channels, layers, fusionChannels } : undefined;
}

/** The readout token is added to every patch, not projected into it: two passes over the tokens less, a tap. */
export function lightDpt({ channels, layers, fusionChannels }: LightSize): DptPreset {
  const quarter = layers / 4;
  return {
    encoder: {
      ...{ channels, heads: channels / headChannels, layers, patch },
      stem: [channels / 8, channels / 4, channels / 2],
    },
    taps: [quarter, 2 * quarter, 3 * quarter, layers],
    read: "add",
    tapNorm: true,
    fusionChannels,
  };
}
