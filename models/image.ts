// The three pixel arrays that travel between the parts. Plain data: knows no file format and no tensor.

/** Decoded pixels, RGB. */
export interface Image {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `[height, width, 3]`, row-major, 8 bits a channel. */
  readonly data: Uint8Array;
}

/** A map against a threshold: which pixels show a defect. */
export interface Mask {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `[height, width]`, row-major, each 0 or 1. */
  readonly data: Uint8Array;
}

/** What a network says about every pixel. */
export interface ScoreMap {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `[height, width]`, row-major, each 0..1. */
  readonly data: Float32Array;
}
