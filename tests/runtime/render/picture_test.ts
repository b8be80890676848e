import { assertEquals } from "@std/assert";
import { decodeImage } from "../../../models/decode.ts";
import { drawPicture } from "../../../runtime/render/picture.ts";
import { renderHeatmap } from "../../../runtime/render/heatmap.ts";
import { renderOverlay } from "../../../runtime/render/overlay.ts";
import { drawnMask } from "../../helpers/masks.ts";

const frame = { width: 4, height: 2, data: new Uint8Array(24).fill(80) };
const map = { width: 2, height: 1, data: Float32Array.of(0.25, 0.75) };
const mask = drawnMask(".#");

Deno.test("drawPicture() draws each picture as a PNG of the frame's size", async () => {
  const grey = [0, 0, 255, 255].flatMap((value) => [value, value, value]);
  const expected = {
    mask: { width: 4, height: 2, data: Uint8Array.of(...grey, ...grey) },
    heatmap: renderHeatmap(map, 4, 2),
    overlay: renderOverlay(frame, mask),
  };
  for (const picture of ["mask", "heatmap", "overlay"] as const) {
    const png = await drawPicture(picture, frame, map, mask);
    assertEquals(await decodeImage(png), expected[picture]);
  }
});
