// The search as a picture that stands alone: quality over latency, what is worth having joined by a line.

import { type Html, html } from "../report/html.ts";
import { plot } from "../report/plot.ts";
import { niceTicks } from "../report/ticks.ts";
import { type Candidate, paretoFront, quality, type Search } from "./search.ts";

const style = `
  text { font: 11px system-ui, sans-serif; fill: #444 }
  .axis { stroke: #444; fill: none }
  .grid { stroke: #ddd; fill: none }
  .front { stroke: #0a6; stroke-width: 1.5; fill: none }
  circle { fill: #999 }
  circle.worth { fill: #0a6 }
`;

/** @throws RangeError when there is no candidate. */
export function paretoPlot({ teacher, teacherMs, candidates }: Search): string {
  if (candidates.length === 0) throw new RangeError("Cannot draw a search without candidates");
  const front = paretoFront(candidates);
  const shares = candidates.map(({ int8Ms }) => int8Ms / teacherMs);
  const qualities = candidates.map(quality);
  const axes = {
    x: {
      name: `int8 latency as a share of ${teacher}'s float32`,
      ticks: niceTicks(0, Math.max(...shares)),
    },
    y: {
      name: "mean of iou_image and iou_defect",
      ticks: niceTicks(Math.min(...qualities), Math.max(...qualities)),
    },
  };
  const description = `${candidates.length} sizes of the light DPT; ${
    front.map(({ name }) => name).join(", ")
  } are worth having`;
  const drawing = plot(description, axes, (at) => {
    const place = (candidate: Candidate) => ({
      x: at.x(candidate.int8Ms / teacherMs),
      y: at.y(quality(candidate)),
    });
    const path = front.map(place).map(({ x, y }) => `${x} ${y}`).join("L");
    return [
      html`<path class="front" d="M${path}" />`,
      ...candidates.map((candidate): Html => {
        const { x, y } = place(candidate);
        const kind = front.includes(candidate) ? "worth" : "";
        return html`
          <circle class="${kind}" cx="${x}" cy="${y}" r="4" />
          <text x="${x + 7}" y="${y - 6}">${candidate.name}</text>
        `;
      }),
    ];
  });
  return drawing.markup.trim().replace(
    /<svg ([^>]*)>/,
    (_, attributes: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><style>${style}</style>`,
  );
}
