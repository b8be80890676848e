// The page before a server that asks for tokens, in a real browser.

import { assertEquals } from "@std/assert";
import { openPage } from "../helpers/browser.ts";
import { testIf } from "../helpers/require.ts";
import { startProcess } from "../helpers/server_process.ts";

const LIMIT_MS = 60_000;
const TOKEN = "a-token-of-this-test-with-all-roles";

await testIf(
  "browser",
  "the page asks for a token, keeps it in its tab and goes live",
  async () => {
    await using demo = await startProcess("demo", ["--provider=cpu"], { LINESIDE_TOKEN: TOKEN });
    await using opened = await openPage(demo.url);
    const { page } = opened;
    const isLive = () => document.getElementById("link")?.textContent === "Live";

    await page.waitForSelector("#ask-token[open]", { timeout: LIMIT_MS });
    await page.fill("#token", "a-wrong-one");
    await page.click("#ask-token button");
    await page.waitForFunction(() => sessionStorage.getItem("lineside.token") === null, undefined, {
      timeout: LIMIT_MS,
    });
    await page.waitForSelector("#ask-token[open]", { timeout: LIMIT_MS });
    await page.fill("#token", TOKEN);
    await page.click("#ask-token button");
    await page.waitForFunction(isLive, undefined, { timeout: LIMIT_MS });
    assertEquals(page.url().includes(TOKEN), false);

    await page.reload();
    await page.waitForFunction(isLive, undefined, { timeout: LIMIT_MS });
    assertEquals(await page.isVisible("#ask-token"), false);
    assertEquals(demo.log.some((line) => line.includes(TOKEN)), false);
  },
);
