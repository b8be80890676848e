// Worker of the demo's camera: makes the parts that pass, one after the other, so that no frame waits for one.

import { generateSample, products } from "../fixtures/generate.ts";

/** The frame's side in pixels, and how far a part moves while it is in view. */
export const FRAME_SIDE = 256;
export const TRAVEL = 20;
/** The parts after which the demo begins again. */
export const PART_COUNT = 60;
const SEED = 2026;

/** Which product passes as the n-th, and with what: about every second one has a defect. */
export function partAt(index: number): { product: string; defect: string } {
  const names = Object.keys(products);
  const product = names[index % names.length]!;
  const round = Math.floor(index / names.length);
  const { defects } = products[product]!;
  const good = (index + round) % 2 === 0;
  return { product, defect: good ? "good" : defects[Math.floor(round / 2) % defects.length]! };
}

/** The pixels of a part, wider than the frame by its travel: rgb8, FRAME_SIDE rows. */
export function makePart(index: number): Uint8Array {
  const size = { width: FRAME_SIDE + TRAVEL, height: FRAME_SIDE };
  return generateSample({ ...partAt(index), seed: SEED, index, ...size }).image.data;
}

if (import.meta.main) {
  const worker = self as unknown as {
    postMessage(part: Uint8Array, transfer: Transferable[]): void;
  };
  for (let index = 0; index < PART_COUNT; index++) {
    const part = makePart(index);
    worker.postMessage(part, [part.buffer]);
  }
}
