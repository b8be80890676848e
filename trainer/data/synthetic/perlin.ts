// Gradient noise over a window: smooth, without direction, of the sizes one asks for. Knows no image.

import type { Random } from "../../../models/random.ts";

export interface PerlinOptions {
  /** Cells of the coarsest lattice along the width and along the height: a cell is about one hump. */
  readonly cellsX: number;
  readonly cellsY: number;
  /** Layers, each with twice the cells and half the height of the one before. */
  readonly octaves: number;
}

/**
 * Perlin's noise with his fifth-degree fade ("Improving Noise", SIGGRAPH 2002), on a lattice of gradients that are drawn
 * freely: 0 at the lattice points, within −1..1.
 *
 * @returns `[height, width]`
 */
export function perlin(
  { width, height }: { readonly width: number; readonly height: number },
  { cellsX, cellsY, octaves }: PerlinOptions,
  random: Random,
): Float32Array {
  const sum = new Float32Array(width * height);
  const total = 2 - 2 ** (1 - octaves);
  for (let octave = 0; octave < octaves; octave++) {
    const finer = 2 ** octave;
    // A layer with gradients of length 1 stays within ±√½.
    const amplitude = Math.SQRT2 / finer / total;
    addLayer(sum, across(width, cellsX * finer), across(height, cellsY * finer), amplitude, random);
  }
  return sum;
}

/** Where the pixel centres along one side lie between the lattice points. */
interface Across {
  readonly cells: number;
  readonly cell: Int32Array;
  /** 0..1 in the cell. */
  readonly part: Float32Array;
  readonly faded: Float32Array;
}

function across(size: number, cells: number): Across {
  const at = Float32Array.from({ length: size }, (_, i) => (i + 0.5) * cells / size);
  const part = at.map((value) => value - Math.floor(value));
  const faded = part.map((t) => t * t * t * (t * (t * 6 - 15) + 10));
  return { cells, cell: Int32Array.from(at), part, faded };
}

function addLayer(
  sum: Float32Array,
  columns: Across,
  rows: Across,
  amplitude: number,
  random: Random,
): void {
  const stride = columns.cells + 1;
  const angles = Float32Array.from(
    { length: stride * (rows.cells + 1) },
    () => 2 * Math.PI * random.next(),
  );
  const slopesX = angles.map(Math.cos);
  const slopesY = angles.map(Math.sin);
  const width = columns.cell.length;
  for (let y = 0, to = 0; y < rows.cell.length; y++) {
    const row = rows.cell[y]! * stride;
    const partY = rows.part[y]!;
    const fadedY = rows.faded[y]!;
    for (let x = 0; x < width; x++, to++) {
      const a = row + columns.cell[x]!;
      const c = a + stride;
      const partX = columns.part[x]!;
      const fadedX = columns.faded[x]!;
      const ofA = slopesX[a]! * partX + slopesY[a]! * partY;
      const ofB = slopesX[a + 1]! * (partX - 1) + slopesY[a + 1]! * partY;
      const ofC = slopesX[c]! * partX + slopesY[c]! * (partY - 1);
      const ofD = slopesX[c + 1]! * (partX - 1) + slopesY[c + 1]! * (partY - 1);
      const upper = ofA + (ofB - ofA) * fadedX;
      const lower = ofC + (ofD - ofC) * fadedX;
      sum[to]! += amplitude * (upper + (lower - upper) * fadedY);
    }
  }
}
