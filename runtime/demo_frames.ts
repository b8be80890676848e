// What the demo's camera sees at a time: generated parts on a slow belt, or the pictures of a folder.

import { join } from "@std/path";
import { FRAME_SIDE, TRAVEL } from "./demo_parts.ts";
import type { Frame } from "./frame.ts";

/** The frame at a time since the start, or undefined while there is none yet. */
export type FrameSource = (elapsedMs: number) => Frame | undefined;

/** Parts that pass, each for `dwellMs`; `parts` may still grow. */
export function partFrames(parts: readonly Uint8Array[], dwellMs: number): FrameSource {
  return (elapsedMs) => {
    const passed = elapsedMs / dwellMs;
    const part = parts[Math.floor(passed) % Math.max(1, parts.length)];
    return part && cropPart(part, Math.round((passed % 1) * TRAVEL));
  };
}

/** The frame's window into a part, `shift` pixels from its left edge. */
export function cropPart(part: Uint8Array, shift: number): Frame {
  const stride = (FRAME_SIDE + TRAVEL) * 3;
  const bytes = new Uint8Array(FRAME_SIDE * FRAME_SIDE * 3);
  for (let y = 0; y < FRAME_SIDE; y++) {
    const from = y * stride + shift * 3;
    bytes.set(part.subarray(from, from + FRAME_SIDE * 3), y * FRAME_SIDE * 3);
  }
  return { format: "rgb8", width: FRAME_SIDE, height: FRAME_SIDE, bytes };
}

/** The PNG and JPEG files of a folder in the order of their names, each for `dwellMs`. */
export async function folderFrames(dir: string, dwellMs: number): Promise<FrameSource> {
  const names = (await Array.fromAsync(Deno.readDir(dir)))
    .filter(({ isFile, name }) => isFile && /\.(png|jpe?g)$/i.test(name))
    .map(({ name }) => name)
    .sort();
  if (names.length === 0) {
    throw new RangeError(`Cannot stream folder "${dir}": it holds no .png, .jpg or .jpeg file`);
  }
  let shown = -1;
  let bytes = new Uint8Array();
  return (elapsedMs) => {
    const index = Math.floor(elapsedMs / dwellMs) % names.length;
    if (index !== shown) bytes = Deno.readFileSync(join(dir, names[index]!));
    shown = index;
    return { format: "encoded", bytes };
  };
}
