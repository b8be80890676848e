// The pictures a caller can ask for, as PNG files in the frame's size.

import { encodeGrayPng, encodePng } from "../../models/encode.ts";
import type { Image, Mask, ScoreMap } from "../../models/image.ts";
import { resizeMaskNearest } from "../../models/resize.ts";
import type { Picture } from "../reply.ts";
import { renderHeatmap } from "./heatmap.ts";
import { renderOverlay } from "./overlay.ts";

/** Draws one picture. The mask's picture is grey: 255 where the mask is set, 0 elsewhere. */
export async function drawPicture(
  picture: Picture,
  frame: Image,
  map: ScoreMap,
  mask: Mask,
): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = frame;
  switch (picture) {
    case "mask": {
      const fitted = resizeMaskNearest(mask, width, height);
      return await encodeGrayPng({ width, height, data: fitted.data.map((value) => 255 * value) });
    }
    case "heatmap":
      return await encodePng(renderHeatmap(map, width, height));
    case "overlay":
      return await encodePng(renderOverlay(frame, mask));
  }
}
