// A window of a sample: a step over windows costs less, and shows small defects larger. Knows no batch.

import type { Random } from "../../models/random.ts";
import type { LoadedSample } from "./sample_cache.ts";

/**
 * Cuts out a window of `side` × `side` pixels, or of the whole width or height where the sample has less. Where there is a
 * defect, one of its pixels, each as likely as the other, is in the window, anywhere in it; else the window lies anywhere.
 */
export function cropSample(sample: LoadedSample, side: number, random: Random): LoadedSample {
  const { width, height, data } = sample.mask;
  const window = { width: Math.min(side, width), height: Math.min(side, height) };
  const placeOf = (at: number) => ({ x: at % width, y: Math.floor(at / width) });
  const defects: number[] = [];
  data.forEach((value, at) => value === 1 && defects.push(at));
  const shown = defects.length > 0 ? placeOf(defects[random.int(defects.length)]!) : undefined;
  const left = startOf(shown?.x, window.width, width, random);
  const top = startOf(shown?.y, window.height, height, random);

  const image = new Uint8Array(3 * window.width * window.height);
  const mask = new Uint8Array(window.width * window.height);
  for (let y = 0; y < window.height; y++) {
    const from = (top + y) * width + left;
    const to = y * window.width;
    mask.set(data.subarray(from, from + window.width), to);
    image.set(sample.image.data.subarray(3 * from, 3 * (from + window.width)), 3 * to);
  }
  return { image: { ...window, data: image }, mask: { ...window, data: mask } };
}

/** First pixel of a window along one side: any that keeps the window inside, and `shown`, if given, in it. */
function startOf(shown: number | undefined, window: number, size: number, random: Random): number {
  const least = shown === undefined ? 0 : Math.max(0, shown - window + 1);
  const most = Math.min(size - window, shown ?? Infinity);
  return least + random.int(most - least + 1);
}
