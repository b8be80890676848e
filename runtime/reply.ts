// What the runtime answers about one frame: types only. Server, stream and client share them, so this
// file must load in a browser and imports nothing.

/** "defect" when at least one region is left after small and weak components are removed. */
export type Verdict = "ok" | "defect";

/** One 8-connected component of the mask. Boxes, areas and points are in the frame's pixels. */
export interface Region {
  /** Left and top edge of the box. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Area in frame pixels: map pixels × (frame area / map area), rounded. */
  readonly area: number;
  /** Highest score of the map inside the region, 0..1. */
  readonly score: number;
  /** Centre of mass, [x, y], pixel centres at half pixels. */
  readonly centroid: readonly [number, number];
}

/** Milliseconds that each stage of one frame took. */
export interface StageTimes {
  readonly decodeMs: number;
  readonly preprocessMs: number;
  readonly runMs: number;
  readonly postprocessMs: number;
  readonly encodeMs: number;
}

/** A mask of 1 bit a pixel, most significant bit first, each row padded to whole bytes. */
export interface PackedMask {
  readonly width: number;
  readonly height: number;
  readonly bits: Uint8Array<ArrayBuffer>;
}

export type Picture = "mask" | "heatmap" | "overlay";

/** What a caller wants beside the verdict. */
export interface Want {
  /** The map as 8-bit scores, row-major, of the mask's size. */
  readonly map?: boolean;
  /** A PNG picture in the frame's size. */
  readonly png?: Picture;
}

/** The answer about a batch of ready inputs: no frame, so nothing but the maps. */
export interface Inference {
  /** `anomaly_map`, float32 [batch, 1, H, W], scores 0..1. */
  readonly map: Float32Array<ArrayBuffer>;
  readonly runMs: number;
}

/** The answer about one frame. The mask and the map have the network's size, the rest the frame's. */
export interface Segmentation {
  readonly frame: { readonly width: number; readonly height: number };
  readonly verdict: Verdict;
  /** Highest score of the map, 0..1. */
  readonly score: number;
  /** The threshold that drew the mask, 0..1. */
  readonly threshold: number;
  /** Score that a region of the mask must reach to count, 0..1. */
  readonly minRegionScore: number;
  /** Largest area first. */
  readonly regions: readonly Region[];
  readonly mask: PackedMask;
  /** round(255 × score), one byte a pixel, when wanted. */
  readonly map?: Uint8Array<ArrayBuffer>;
  /** A PNG file, when wanted. */
  readonly png?: Uint8Array<ArrayBuffer>;
  readonly times: StageTimes;
}
