// Draws a shot on a canvas: the picture, and over it the outline, the heat map or the mask. Knows nothing of
// where shots come from.

import { unpackMask } from "../postprocess/packed_mask.ts";
import { HEAT_COLOURS } from "../render/colour_map.ts";
import type { DoneReply } from "../stream/reply_protocol.ts";
import { traceContours } from "./contour.ts";
import type { Shot } from "./shot.ts";

export const MODES = ["outline", "heatmap", "mask", "plain"] as const;
export type Mode = typeof MODES[number];

/** The defect's colour, as in the server's overlay pictures. */
const SIGNAL = "255 45 75";
const HEAT_ALPHA = 0.62;

/** Draws into the whole canvas, keeping the picture's proportions. `labels` numbers the regions. */
export function drawShot(canvas: HTMLCanvasElement, shot: Shot, mode: Mode, labels = true): void {
  const context = canvas.getContext("2d")!;
  context.reset();
  const { picture, reply } = shot;
  const size = reply.outcome === "done" ? reply.frame : picture;
  if (!size) return;

  const scale = Math.min(canvas.width / size.width, canvas.height / size.height);
  const [width, height] = [size.width * scale, size.height * scale];
  context.translate((canvas.width - width) / 2, (canvas.height - height) / 2);
  context.imageSmoothingQuality = "high";
  if (picture) context.drawImage(picture, 0, 0, width, height);
  if (reply.outcome !== "done" || mode === "plain") return;

  if (mode === "heatmap") drawHeat(context, reply, width, height);
  if (mode === "mask") drawMask(context, reply, width, height);
  if (mode === "outline") {
    drawOutline(context, reply, width, height);
    if (labels) drawLabels(context, reply, scale, width, height);
  }
}

function drawHeat(
  context: CanvasRenderingContext2D,
  reply: DoneReply,
  width: number,
  height: number,
): void {
  const { map } = reply;
  if (!map) return;
  const image = new ImageData(map.width, map.height);
  for (const [at, score] of map.data.entries()) {
    image.data.set(HEAT_COLOURS.subarray(score * 3, score * 3 + 3), at * 4);
    image.data[at * 4 + 3] = 255;
  }
  context.globalAlpha = HEAT_ALPHA;
  context.drawImage(canvasOf(image), 0, 0, width, height);
  context.globalAlpha = 1;
}

function drawMask(
  context: CanvasRenderingContext2D,
  reply: DoneReply,
  width: number,
  height: number,
): void {
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#fff";
  context.fill(contourPath(reply, width, height), "evenodd");
}

function drawOutline(
  context: CanvasRenderingContext2D,
  reply: DoneReply,
  width: number,
  height: number,
): void {
  const path = contourPath(reply, width, height);
  context.fillStyle = `rgb(${SIGNAL} / 0.24)`;
  context.fill(path, "evenodd");
  context.lineJoin = "round";
  const line = Math.max(1.5, Math.min(width, height) / 240);
  for (const [style, extra] of [["rgb(0 0 0 / 0.55)", 2], [`rgb(${SIGNAL})`, 0]] as const) {
    context.strokeStyle = style;
    context.lineWidth = line + extra;
    context.stroke(path);
  }
}

function contourPath(reply: DoneReply, width: number, height: number): Path2D {
  const path = new Path2D();
  if (!reply.mask) return path;
  const mask = unpackMask(reply.mask);
  const [scaleX, scaleY] = [width / mask.width, height / mask.height];
  for (const contour of traceContours(mask, reply.map, reply.threshold * 255)) {
    // After closePath a lineTo would begin at the last contour's start.
    path.moveTo(contour[0]! * scaleX, contour[1]! * scaleY);
    for (let at = 2; at < contour.length; at += 2) {
      path.lineTo(contour[at]! * scaleX, contour[at + 1]! * scaleY);
    }
    path.closePath();
  }
  return path;
}

/** Corners around each region, so that a small one is seen from afar, with its number in the table. */
function drawLabels(
  context: CanvasRenderingContext2D,
  reply: DoneReply,
  scale: number,
  width: number,
  height: number,
): void {
  const short = Math.min(width, height);
  const [gap, size] = [short * 0.022, Math.max(12, short / 38)];
  context.font = `600 ${size}px ${getComputedStyle(context.canvas).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [index, region] of reply.regions.entries()) {
    const left = clamp(region.x * scale - gap, 0, width);
    const top = clamp(region.y * scale - gap, 0, height);
    const right = clamp((region.x + region.width) * scale + gap, 0, width);
    const bottom = clamp((region.y + region.height) * scale + gap, 0, height);
    context.lineWidth = Math.max(1.5, short / 300);
    context.strokeStyle = "#fff";
    context.stroke(corners(left, top, right, bottom, short * 0.018));

    const text = String(index + 1);
    const [wide, high] = [context.measureText(text).width + size * 0.8, size * 1.4];
    const x = clamp(left, 0, width - wide);
    const y = top - high - gap * 0.3 >= 0 ? top - high - gap * 0.3 : bottom + gap * 0.3;
    context.beginPath();
    context.roundRect(x, clamp(y, 0, height - high), wide, high, size * 0.2);
    context.fillStyle = `rgb(${SIGNAL})`;
    context.fill();
    context.fillStyle = "#fff";
    context.fillText(text, x + wide / 2, clamp(y, 0, height - high) + high / 2 + size * 0.06);
  }
}

function corners(left: number, top: number, right: number, bottom: number, arm: number): Path2D {
  const path = new Path2D();
  for (const [x, inward] of [[left, 1], [right, -1]] as const) {
    for (const [y, downward] of [[top, 1], [bottom, -1]] as const) {
      path.moveTo(x + inward * arm, y);
      path.lineTo(x, y);
      path.lineTo(x, y + downward * arm);
    }
  }
  return path;
}

function canvasOf(image: ImageData): HTMLCanvasElement {
  const { width, height } = image;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")!.putImageData(image, 0, 0);
  return canvas;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
