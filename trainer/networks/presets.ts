// Every network that can be asked for by name, with its sizes.

import type { Network } from "../ops/ops.ts";
import { unet } from "./unet.ts";

const networks: Readonly<Record<string, Readonly<Record<string, () => Network>>>> = {
  unet: {
    tiny: () => unet({ filters: 8, levels: 5 }),
    small: () => unet({ filters: 16, levels: 5 }),
    base: () => unet({ filters: 64, levels: 5 }),
  },
};

/** Names of all networks with the names of their presets. */
export const presetNames: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(networks).map(([name, presets]) => [name, Object.keys(presets)]),
);

/** @throws RangeError when there is no such network or preset; the message lists what there is. */
export function getNetwork(name: string, preset: string): Network {
  const presets = own(networks, name);
  if (presets === undefined) {
    throw new RangeError(`No network "${name}": there is ${[...presetNames.keys()].join(", ")}`);
  }
  const create = own(presets, preset);
  if (create === undefined) {
    throw new RangeError(
      `Network "${name}" has no preset "${preset}": there is ${Object.keys(presets).join(", ")}`,
    );
  }
  return create();
}

/** A name from outside must not reach what every object has, like "constructor". */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
