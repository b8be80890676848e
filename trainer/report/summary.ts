// The numbers that count, each with its name and what it is. `all_empty` stands beside `iou_image`, always.

import { type Html, html } from "./html.ts";
import { formatMetric } from "./metric_table.ts";
import { type MetricName, metricNames, metricNotes, type MetricValues } from "./report_data.ts";

/** All metrics that were measured. */
export function summary(overall: MetricValues): Html {
  const { iou_image, all_empty } = overall;
  const others = metricNames.filter((name) =>
    name !== "iou_image" && name !== "all_empty" && overall[name] !== undefined
  );
  return html`
    <section aria-labelledby="summary">
      <h2 id="summary">Over all ${overall.images} images</h2>
      <dl class="figures">
        <div class="headline">
          ${figure("iou_image", iou_image)} ${figure("all_empty", all_empty)}
        </div>
        ${others.map((name) => html`<div>${figure(name, overall[name])}</div>`)}
      </dl>
      <p class="note">
        P is what is predicted: the pixels whose score is at least the threshold, without regions that are too small or too weak. Y
        is the truth.
      </p>
    </section>
  `;
}

function figure(name: MetricName, value: number | undefined): Html {
  return html`
    <dt>${name}</dt>
    <dd class="value">${formatMetric(value)}</dd>
    <dd class="note">${metricNotes[name]}</dd>
  `;
}
