// Writes the README's picture from the running demo:
// deno run -P=test tests/end_to_end/screenshot.ts

import { fromFileUrl } from "@std/path";
import { openPage } from "../helpers/browser.ts";
import { startProcess } from "../helpers/server_process.ts";

const OUT = fromFileUrl(new URL("../../runtime/dashboard/screenshot.png", import.meta.url));
/** Enough to fill the ribbon and the strip of past defects. */
const WARM_MS = 26_000;
const LIMIT_MS = 60_000;

await using demo = await startProcess("demo", []);
await using opened = await openPage(demo.url);
const { page } = opened;
await page.waitForTimeout(WARM_MS);
await page.waitForFunction(
  () =>
    document.getElementById("verdict")?.textContent === "Defect" &&
    Number(document.getElementById("region-count")?.textContent) >= 2,
  undefined,
  { timeout: LIMIT_MS },
);
await page.screenshot({ path: OUT });
console.log(`Wrote ${OUT}`);
