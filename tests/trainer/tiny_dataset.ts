// A data set that a tiny network learns in seconds: grey noise, on defective plates a bright rectangle. Also the
// configuration of a run on it.

import { join } from "@std/path";
import { encodeGrayPng, encodePng } from "../../models/encode.ts";
import { createRandom } from "../../models/random.ts";
import type { TrainConfig } from "../../trainer/config.ts";
import { defaultSwitches } from "../../trainer/data/augment/switches.ts";
import { recipeOf } from "../../trainer/recipes.ts";

export const TINY_SIZE = 16;

/** Writes product `plate`: `good` sound images and `defective` ones with a spot, 16×16. */
export async function writeTinyDataset(root: string, good = 5, defective = 5): Promise<void> {
  const random = createRandom("tiny data set");
  const folders = {
    good: join(root, "plate/train/good"),
    spot: join(root, "plate/test/spot"),
    mask: join(root, "plate/ground_truth/spot"),
  };
  for (const folder of Object.values(folders)) await Deno.mkdir(folder, { recursive: true });
  for (let i = 0; i < good + defective; i++) {
    const [left, top] = [random.int(TINY_SIZE - 6), random.int(TINY_SIZE - 5)];
    const isDefective = i >= good;
    const mask = Uint8Array.from({ length: TINY_SIZE ** 2 }, (_, at) => {
      const [x, y] = [at % TINY_SIZE, Math.floor(at / TINY_SIZE)];
      return isDefective && x >= left && x < left + 6 && y >= top && y < top + 5 ? 1 : 0;
    });
    const data = Uint8Array.from(
      { length: 3 * mask.length },
      (_, at) => 60 + 10 * random.int(4) + 120 * mask[Math.floor(at / 3)]!,
    );
    const size = { width: TINY_SIZE, height: TINY_SIZE };
    const image = await encodePng({ ...size, data });
    await Deno.writeFile(join(isDefective ? folders.spot : folders.good, `${i}.png`), image);
    if (!isDefective) continue;
    const white = mask.map((value) => 255 * value);
    const file = join(folders.mask, `${i}_mask.png`);
    await Deno.writeFile(file, await encodeGrayPng({ ...size, data: white }));
  }
}

/** A short run of the smallest U-Net on it. */
export function tinyConfig(data: string, changes: Partial<TrainConfig> = {}): TrainConfig {
  return {
    ...recipeOf("unet", "chance"),
    ...{ augment: defaultSwitches, microBatch: null, workers: 0, cacheMb: 64 },
    ...{ data, products: ["plate"], network: "unet", preset: "tiny", backend: "tensorflow" },
    ...{ width: TINY_SIZE, height: TINY_SIZE, from: null, encoder: null, seed: 0, splitSeed: 0 },
    ...{ batch: 2, steps: 6, warmupSteps: 2, evaluateEvery: 3, evaluateImages: 4 },
    ...{ checkpointEvery: 2, distillation: null, roundsNumbers: false, moreGood: null },
    ...changes,
  };
}
