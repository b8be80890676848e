// Samples to look at: the image with both outlines, beside its map.

import { GOOD } from "../../models/sample.ts";
import { heatStops } from "./heat.ts";
import { type Html, html } from "./html.ts";
import { formatMetric } from "./metric_table.ts";
import { predictedColour, truthColour } from "./outlines.ts";
import type { ReportPicture, ReportPictures } from "./report_data.ts";

/** The three kinds of pictures; a kind that has none is left out. */
export function gallery({ worst, best, falseAlarms }: ReportPictures): Html {
  return html`
    <section aria-labelledby="pictures">
      <h2 id="pictures">Pictures</h2>
      <ul class="key">
        <li style="--ink: ${rgb(truthColour)}">truth</li>
        <li style="--ink: ${rgb(predictedColour)}">predicted</li>
        <li class="heat" style="--heat: ${heatStops.map(rgb).join(", ")}">map, 0 to 1</li>
      </ul>
      ${kind("Worst defects", "Defective images with the lowest IoU.", worst)}
      ${kind("Best defects", "Defective images with the highest IoU.", best)}
      ${kind("False alarms", "Good images with the largest predicted area.", falseAlarms)}
    </section>
  `;
}

function kind(title: string, note: string, pictures: readonly ReportPicture[]): Html[] {
  if (pictures.length === 0) return [];
  return [html`
    <h3>${title}</h3>
    <p class="note">${note}</p>
    <div class="gallery">${pictures.map(picture)}</div>
  `];
}

function picture(one: ReportPicture): Html {
  const { product, defect, path, iou, score, predictedPixels, outlines, heat } = one;
  const numbers = [
    ...(defect === GOOD ? [] : [`IoU ${formatMetric(iou)}`]),
    `score ${score.toFixed(2)}`,
    `${predictedPixels} px predicted`,
  ].join(" · ");
  const subject = `${product}, ${defect}`;
  return html`
    <figure>
      <img src="${dataUrl(
        outlines,
      )}" alt="${subject}: image with the outlines of truth and prediction">
      <img src="${dataUrl(heat)}" alt="${subject}: map of scores in heat colours">
      <figcaption><strong>${product} / ${defect}</strong> ${numbers}<br><small>${path}</small></figcaption>
    </figure>
  `;
}

function rgb(colour: readonly number[]): string {
  return `rgb(${colour.join(" ")})`;
}

function dataUrl(png: Uint8Array): string {
  return `data:image/png;base64,${png.toBase64()}`;
}
