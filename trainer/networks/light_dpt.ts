// The light DPT: the paper's anatomy, encoder, four taps, Reassemble, Fusion, head, with fewer and narrower blocks. One family of
// sizes, so that a search can name every one of them.

import type { DptPreset } from "./dpt.ts";
import type { VitPreset } from "./vit.ts";

export interface LightSize {
  /**
   * What makes patches: a stem of convolutions, which learns from few images, or one product as in published encoders, whose
   * first layers a student can then begin with.
   */
  readonly patches: "stem" | "product";
  /** Channels of a token, a multiple of those of an attention head: 32 behind a stem, 64 in published encoders. */
  readonly channels: number;
  /** Layers of the encoder: behind a stem a multiple of 4. */
  readonly layers: number;
  /** Channels of the decoder's maps. */
  readonly fusionChannels: number;
}

/** Side of a patch, in pixels: a stem halves the image four times. */
const patch = 16;
/** Behind a stem half the usual, so that few channels still have several heads. */
const headChannels = { stem: 32, product: 64 } as const;
const letters = { stem: "c", product: "p" } as const;

/**
 * `c64-l4-f48`: a stem, 64 channels, 4 layers, 48 channels in the decoder. `p192-l3-f40`: patches by one product, 192 channels,
 * 3 layers, 40 channels in the decoder.
 */
export function lightName({ patches, channels, layers, fusionChannels }: LightSize): string {
  return `${letters[patches]}${channels}-l${layers}-f${fusionChannels}`;
}

/** The size that a name says, or undefined when it is no such name or there is no such network. */
export function parseLightName(name: string): LightSize | undefined {
  const [, letter, ...numbers] = /^([cp])(\d{2,4})-l(\d{1,2})-f(\d{1,3})$/.exec(name) ?? [];
  if (letter === undefined) return undefined;
  const patches = letter === letters.stem ? "stem" : "product";
  const [channels = 0, layers = 0, fusionChannels = 0] = numbers.map(Number);
  const isWhole = channels > 0 && channels % headChannels[patches] === 0 && layers > 0 &&
    (patches === "product" || layers % 4 === 0) && fusionChannels > 0;
  return isWhole ? { patches, channels, layers, fusionChannels } : undefined;
}

/**
 * Taps stand after each quarter of the layers, rounded down, none before the first. The readout token is added to every patch, not
 * projected into it: two passes over the tokens less, a tap.
 */
export function lightDpt({ patches, channels, layers, fusionChannels }: LightSize): DptPreset {
  const tap = (quarters: number) => Math.max(1, Math.floor(quarters * layers / 4));
  const encoder: VitPreset = { channels, heads: channels / headChannels[patches], layers, patch };
  return {
    encoder: patches === "product"
      ? encoder
      : { ...encoder, stem: [channels / 8, channels / 4, channels / 2] },
    taps: [tap(1), tap(2), tap(3), tap(4)],
    read: "add",
    tapNorm: true,
    fusionChannels,
  };
}
