// The page as a whole: what stands where. Reads no file.

import {
  lossFigure,
  precisionRecallFigure,
  scoreFigure,
  validationFigure,
} from "./chart_figures.ts";
import { gallery } from "./gallery.ts";
import { type Html, html } from "./html.ts";
import { defectTable, productTable } from "./metric_table.ts";
import type { Fact, ReportData } from "./report_data.ts";
import { summary } from "./summary.ts";

/** @param css The style sheet's text; the page loads nothing. */
export function renderReport(data: ReportData, css: string): string {
  const { title, facts, threshold, overall, products, defects, scores, pictures } = data;
  const { precisionRecall = [], training } = data;
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${title}: evaluation</title>
        <style>${{ markup: css }}</style>
      </head>
      <body>
        ${header(title, facts)}
        <main>
          ${summary(overall)}
          <section aria-labelledby="parts">
            <h2 id="parts">Products and types of defect</h2>
            ${productTable(products, overall)} ${defectTable(defects)}
          </section>
          ${charts("thresholds", "Scores and thresholds", [
            scoreFigure(scores, data),
            ...(precisionRecall.length > 0
              ? [precisionRecallFigure(precisionRecall, threshold)]
              : []),
          ])}
          ${training === undefined ? [] : charts("training", "Training", [
            ...(training.loss.length > 0 ? [lossFigure(training)] : []),
            ...(training.iouImage.length > 0 ? [validationFigure(training)] : []),
          ])}
          ${gallery(pictures)}
        </main>
      </body>
    </html>
  `.markup.trimStart();
}

function header(title: string, facts: readonly Fact[]): Html {
  return html`
    <header>
      <p class="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M3 11V3h8M29 11V3h-8M3 21v8h8M29 21v8h-8" />
          <path class="scan" d="M9 16h14" />
        </svg>
        Lineside evaluation
      </p>
      <h1>${title}</h1>
      <dl class="facts">
        ${facts.map(({ name, value }) =>
          html`
            <div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>
          `
        )}
      </dl>
    </header>
  `;
}

function charts(id: string, title: string, figures: readonly Html[]): Html[] {
  if (figures.length === 0) return [];
  return [html`
    <section aria-labelledby="${id}">
      <h2 id="${id}">${title}</h2>
      <div class="charts">${figures}</div>
    </section>
  `];
}
