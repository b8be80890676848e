// A report as one HTML file that needs nothing else: it can be mailed, kept beside a model, printed.

import { renderReport } from "./render_report.ts";
import type { ReportData } from "./report_data.ts";

const styles = new URL("report.css", import.meta.url);

/** Writes or replaces the file. */
export async function writeReport(file: string, data: ReportData): Promise<void> {
  await Deno.writeTextFile(file, renderReport(data, await Deno.readTextFile(styles)));
}
