import { assert, assertEquals } from "@std/assert";
import { renderOverlay } from "../../../runtime/render/overlay.ts";
import { drawnMask } from "../../helpers/masks.ts";

/** The picture with one letter a pixel: "." as the frame, "o" outline, "t" anything else. */
function letters(width: number, height: number, data: Uint8Array, grey: number): string[] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const [red, green, blue] = data.subarray((y * width + x) * 3);
      if (red === grey && green === grey && blue === grey) return ".";
      return red === 255 && green === 32 && blue === 64 ? "o" : "t";
    }).join(""));
}

Deno.test("renderOverlay() tints the mask and draws its outline around it", () => {
  const frame = { width: 6, height: 4, data: new Uint8Array(72).fill(100) };
  const mask = drawnMask("......", "..##..", "......", "......");
  const { width, height, data } = renderOverlay(frame, mask);
  assertEquals(letters(width, height, data, 100), [".oooo.", ".otto.", ".oooo.", "......"]);
  assert(frame.data.every((value) => value === 100));
});

Deno.test("renderOverlay() ends the outline at the frame's edges", () => {
  const frame = { width: 4, height: 3, data: new Uint8Array(36).fill(100) };
  const { width, height, data } = renderOverlay(frame, drawnMask("...#", "....", "...."));
  assertEquals(letters(width, height, data, 100), ["..ot", "..oo", "...."]);
});

Deno.test("renderOverlay() fits a smaller mask to the frame by nearest neighbour", () => {
  const frame = { width: 8, height: 2, data: new Uint8Array(48).fill(50) };
  const { width, height, data } = renderOverlay(frame, drawnMask(".#.."));
  assertEquals(letters(width, height, data, 50), [".otto...", ".otto..."]);
});

Deno.test("renderOverlay() leaves a frame without defect as it is", () => {
  const frame = { width: 2, height: 2, data: Uint8Array.from({ length: 12 }, (_, i) => i) };
  assertEquals(renderOverlay(frame, drawnMask("..", "..")).data, frame.data);
});
