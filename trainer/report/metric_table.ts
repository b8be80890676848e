// Metrics as tables: a row a product, and a row a type of defect.

import { type Html, html } from "./html.ts";
import {
  type DefectRow,
  type MetricName,
  metricNames,
  metricNotes,
  type MetricValues,
  type ProductRow,
} from "./report_data.ts";

/** Four digits, as in the project's other tables; a dash for what is not there or not a number. */
export function formatMetric(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "–" : value.toFixed(4);
}

/** One row a product and one for all. */
export function productTable(rows: readonly ProductRow[], overall: MetricValues): Html {
  const names = namesIn([...rows.map(({ metrics }) => metrics), overall]);
  return html`
    <table>
      <caption>By product</caption>
      <thead>
        <tr><th scope="col">product</th>${head(names)}</tr>
      </thead>
      <tbody>
        ${rows.map(({ product, metrics }) =>
          html`<tr><th scope="row">${product}</th>${cells(names, metrics)}</tr>`
        )}
      </tbody>
      <tfoot>
        <tr><th scope="row">all</th>${cells(names, overall)}</tr>
      </tfoot>
    </table>
  `;
}

/** Metrics of maps: of a type of defect, beside good images, else nothing would be there to tell its images from. */
const besideGood: readonly MetricName[] = ["f1_max", "auroc_pixel", "aupro_30", "auroc_image"];

/** One row a type of defect, those of a product under one another. */
export function defectTable(rows: readonly DefectRow[]): Html {
  const names = namesIn(rows.map(({ metrics }) => metrics));
  const bodies = [...Map.groupBy(rows, ({ product }) => product)].map(([product, ofProduct]) => {
    const group = html`<th scope="rowgroup" rowspan="${ofProduct.length}">${product}</th>`;
    const lines = ofProduct.map(({ defect, metrics }, i) =>
      html`
        <tr>${i === 0 ? [group] : []}<th scope="row">${defect}</th>${cells(names, metrics)}</tr>
      `
    );
    return html`<tbody>${lines}</tbody>`;
  });
  const joint = names.filter((name) => besideGood.includes(name)).join(", ");
  const note = html`
    <span class="note">
      ${joint}: of the type's images and the product's good ones; the others of the type's alone.
    </span>
  `;
  return html`
    <table>
      <caption>By type of defect${joint === "" ? [] : note}</caption>
      <thead><tr><th scope="col">product</th><th scope="col">type</th>${head(names)}</tr></thead>
      ${bodies}
    </table>
  `;
}

/** The metrics that some row has, in their usual order. */
function namesIn(rows: readonly MetricValues[]): MetricName[] {
  return metricNames.filter((name) => rows.some((row) => row[name] !== undefined));
}

function head(names: readonly MetricName[]): Html[] {
  return [
    html`<th scope="col">images</th>`,
    ...names.map((name) => html`<th scope="col" title="${metricNotes[name]}">${name}</th>`),
  ];
}

function cells(names: readonly MetricName[], metrics: MetricValues): Html[] {
  return [
    html`<td>${metrics.images}</td>`,
    ...names.map((name) => html`<td>${formatMetric(metrics[name])}</td>`),
  ];
}
