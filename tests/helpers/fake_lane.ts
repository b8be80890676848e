// A lane without a Worker: it answers when the test says so.

import type { Card } from "../../models/card.ts";
import type { Lane } from "../../runtime/engine/lane.ts";
import type { Frame } from "../../runtime/frame.ts";
import { packMask } from "../../runtime/postprocess/packed_mask.ts";
import type { Segmentation, Want } from "../../runtime/reply.ts";
import { makeCard } from "./package.ts";

export interface FakeLane extends Lane {
  /** Frames that the lane has got, in order. */
  readonly frames: Frame[];
  readonly wants: Want[];
  alive: boolean;
  /** Answers the oldest open frame, or fails it. */
  answer(error?: Error): Promise<void>;
}

export const FAKE_CARD: Card = {
  ...makeCard(),
  input: { ...makeCard().input, width: 16, height: 8 },
};

/** A 16×8 mask with the pixels (2..5, 1..2) set. */
export const FAKE_MASK = packMask({
  width: 16,
  height: 8,
  data: Uint8Array.from({ length: 128 }, (_, at) => {
    const [x, y] = [at % 16, Math.floor(at / 16)];
    return x >= 2 && x <= 5 && y >= 1 && y <= 2 ? 1 : 0;
  }),
});

/** What the fake lane says about every frame. */
export function fakeSegmentation(want: Want = {}): Segmentation {
  return {
    frame: { width: 32, height: 16 },
    verdict: "defect",
    score: 0.9,
    threshold: 0.5,
    minRegionScore: 0.75,
    regions: [{ x: 4, y: 2, width: 8, height: 4, area: 32, score: 0.9, centroid: [8, 4] }],
    mask: FAKE_MASK,
    ...(want.map ? { map: new Uint8Array(128).fill(7) } : {}),
    ...(want.png ? { png: Uint8Array.from([0x89, 0x50, 0x4e, 0x47]) } : {}),
    times: { decodeMs: 1, preprocessMs: 2, runMs: 3, postprocessMs: 4, encodeMs: 5 },
  };
}

/** With `auto`, every frame is answered at once. */
export function fakeLane({ auto = false } = {}): FakeLane {
  const open: { want: Want; settle(result: Segmentation | Error): void }[] = [];
  const lane: FakeLane = {
    provider: "cpu",
    variant: "fp32",
    card: FAKE_CARD,
    alive: true,
    frames: [],
    wants: [],
    get busy() {
      return open.length > 0;
    },
    segment(frame, want = {}) {
      const bytes = structuredClone(frame.bytes, { transfer: [frame.bytes.buffer as ArrayBuffer] });
      lane.frames.push({ ...frame, bytes }); // transferred, as the real lane does
      lane.wants.push(want);
      if (auto) return Promise.resolve(fakeSegmentation(want));
      return new Promise((resolve, reject) => {
        open.push({ want, settle: (r) => r instanceof Error ? reject(r) : resolve(r) });
      });
    },
    async answer(error) {
      const next = open.shift();
      if (!next) throw new Error("no frame is open in the fake lane");
      next.settle(error ?? fakeSegmentation(next.want));
      await settled();
    },
    async [Symbol.asyncDispose]() {},
  };
  return lane;
}

/** Lets every promise that can go on, go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
