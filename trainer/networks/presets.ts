// Every network that can be asked for by name, with its sizes.

import type { Network } from "../ops/ops.ts";
import { dpt, type DptPreset } from "./dpt.ts";
import { lightDpt, parseLightName } from "./light_dpt.ts";
import { resunet } from "./resunet.ts";
import { unet } from "./unet.ts";

/** ViT-Ti, -S and -B (Touvron et al. 2021, table 1) behind the paper's taps. */
const paperDpt = (channels: number, fusionChannels: number): DptPreset => ({
  encoder: { channels, heads: channels / 64, layers: 12, patch: 16 },
  taps: [3, 6, 9, 12],
  read: "project",
  tapNorm: true,
  fusionChannels,
});

const networks: Readonly<Record<string, Readonly<Record<string, () => Network>>>> = {
  unet: {
    tiny: () => unet({ filters: 8, levels: 5 }),
    small: () => unet({ filters: 16, levels: 5 }),
    base: () => unet({ filters: 64, levels: 5 }),
  },
  resunet: {
    small: () => resunet({ filters: 16, levels: 5 }),
    resnet18: () => resunet({ encoder: { units: [2, 2, 2, 2] } }),
    resnet34: () => resunet({ encoder: { units: [3, 4, 6, 3] } }),
    base: () => resunet({ filters: 64, levels: 5 }),
  },
  dpt: {
    light: () => dpt(lightDpt({ patches: "stem", channels: 64, layers: 4, fusionChannels: 48 })),
    tiny: () => dpt(paperDpt(192, 64)),
    small: () => dpt(paperDpt(384, 128)),
    base: () => dpt(paperDpt(768, 256)),
  },
};

/** Names of all networks with the names of their presets. */
export const presetNames: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(networks).map(([name, presets]) => [name, Object.keys(presets)]),
);

/**
 * A preset of dpt may also be one of the sizes of the light DPT, as in `c64-l4-f48` and `p192-l3-f40`.
 *
 * @throws RangeError when there is no such network or preset; the message lists what there is.
 */
export function getNetwork(name: string, preset: string): Network {
  const presets = own(networks, name);
  if (presets === undefined) {
    throw new RangeError(`No network "${name}": there is ${[...presetNames.keys()].join(", ")}`);
  }
  const create = own(presets, preset);
  if (create !== undefined) return create();
  const light = name === "dpt" ? parseLightName(preset) : undefined;
  if (light !== undefined) return dpt(lightDpt(light));
  const sizes = name === "dpt" ? ", sizes like c64-l4-f48 and p192-l3-f40" : "";
  throw new RangeError(
    `Network "${name}" has no preset "${preset}": there is ${
      Object.keys(presets).join(", ")
    }${sizes}`,
  );
}

/** A name from outside must not reach what every object has, like "constructor". */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
