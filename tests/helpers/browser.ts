// Chromium without a window, for tests of the page.

import type { Browser, Page } from "playwright-core";
import { findBrowser } from "./require.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors that the page has thrown or logged. */
  readonly errors: readonly string[];
}

/** Opens a page and keeps its errors. */
export async function openPage(
  url: string,
  viewport = { width: 1440, height: 900 },
  deviceScaleFactor = 1,
): Promise<OpenPage> {
  const executablePath = await findBrowser();
  if (executablePath === undefined) throw new Error("Cannot open a page: there is no Chromium");
  // Else playwright looks into /proc for Windows, which takes every permission there is.
  Deno.env.set("__IS_WSL_TEST__", "1");
  const { chromium } = await import("playwright-core");
  const browser: Browser = await chromium.launch({ executablePath, args: FLAGS });
  const page = await browser.newPage({ viewport, deviceScaleFactor });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(url);
  return { page, errors, [Symbol.asyncDispose]: () => browser.close() };
}
