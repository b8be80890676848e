// The page in a real browser, on the demo as a user starts it.

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { openPage } from "../helpers/browser.ts";
import { BIG_ENDIAN_TURN, exifSegment, LITTLE_ENDIAN_TURN } from "../helpers/exif.ts";
import { spotImage } from "../helpers/frames.ts";
import { concat, pngChunk } from "../helpers/png.ts";
import { encodeJpeg, encodePng } from "../../models/encode.ts";
import { testIf } from "../helpers/require.ts";
import { startProcess } from "../helpers/server_process.ts";

const LIMIT_MS = 60_000;

/** What the picture's canvas shows: a checksum, and how many pixels have the outline's colour. */
function readCanvas(page: Page): Promise<{ sum: number; signal: number }> {
  return page.evaluate(() => {
    const canvas = document.getElementById("picture") as HTMLCanvasElement;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let [sum, signal] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
      sum = (sum * 31 + red + green * 3 + blue * 7) % 1_000_003;
      if (red > 235 && green < 70 && blue > 50 && blue < 100) signal++;
    }
    return { sum, signal };
  });
}

/** Waits for a text in an element. */
function waitForText(page: Page, id: string, text: string): Promise<unknown> {
  const wait = ({ id, text }: { id: string; text: string }) =>
    document.getElementById(id)?.textContent === text;
  return page.waitForFunction(wait, { id, text }, { timeout: LIMIT_MS });
}

function chooseFile(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const mimeType = name.endsWith(".png") ? "image/png" : "image/jpeg";
  return page.setInputFiles("#file", { name, mimeType, buffer: Buffer.from(bytes) });
}

/** What the canvas shows of a picture of the user's own, once the page's parts have found their sizes. */
async function shownAs(page: Page, name: string, bytes: Uint8Array): Promise<number> {
  await page.evaluate(() => document.getElementById("counters")!.replaceChildren());
  await chooseFile(page, name, bytes);
  // Counters come with a reply and at no other time.
  await page.waitForSelector("#counters dd", { timeout: LIMIT_MS });
  await page.evaluate(() =>
    new Promise((settled) => requestAnimationFrame(() => requestAnimationFrame(settled)))
  );
  return (await readCanvas(page)).sum;
}

/** Size of the picture that the page makes of a frame of a stream. */
function sizeOfView(page: Page, bytes: Uint8Array): Promise<readonly [number, number]> {
  return page.evaluate(async (bytes) => {
    const module = "/app/dashboard/shot.ts";
    const { shotOf } = await import(module);
    const picture = { format: "encoded", width: 0, height: 0, bytes: Uint8Array.from(bytes) };
    const shot = await shotOf({ reply: {}, answeredMs: 0, picture });
    return [shot.picture.width, shot.picture.height] as const;
  }, [...bytes]);
}

await testIf(
  "browser",
  "the page shows the demo's moving frames with their outlines",
  async (t) => {
    await using demo = await startProcess("demo", ["--provider=cpu", "--dwell=800"]);
    await using opened = await openPage(demo.url);
    const { page, errors } = opened;

    await t.step("the stream is live and its picture moves", async () => {
      await waitForText(page, "link", "Live");
      const before = await readCanvas(page);
      await page.waitForTimeout(1000);
      assert((await readCanvas(page)).sum !== before.sum, "the picture stands still");
      assert(Number(await page.textContent("#rate")) >= 5, "fewer than 5 frames a second");
    });

    await t.step("a defect is outlined, with its region in the table", async () => {
      await page.waitForFunction(
        () => {
          const found = document.getElementById("verdict")?.textContent === "Defect";
          if (found) document.getElementById("freeze")!.click();
          return found;
        },
        undefined,
        { timeout: LIMIT_MS },
      );
      const outlined = await readCanvas(page);
      await page.keyboard.press("4");
      const plain = await readCanvas(page);
      assert(outlined.signal > plain.signal + 50, `${outlined.signal} and ${plain.signal} pixels`);
      assert(Number(await page.textContent("#region-count")) >= 1);
      assert(await page.locator("#regions tr").count() >= 1);
    });

    await t.step("the heat map and the mask are other pictures", async () => {
      const sums = new Set<number>();
      for (const key of ["1", "2", "3", "4"]) {
        await page.keyboard.press(key);
        sums.add((await readCanvas(page)).sum);
      }
      assertEquals(sums.size, 4);
      await page.keyboard.press("1");
      await page.keyboard.press("Space");
    });

    await t.step("a picture of the user's own", async () => {
      await chooseFile(page, "own.png", await encodePng(spotImage(80, 60)));
      await waitForText(page, "link", "own.png");
      await page.waitForFunction(() =>
        /^Frame 0: /.test(document.getElementById("picture")!.ariaLabel ?? "")
      );
      assertEquals(await page.textContent("#notice"), "");
      await chooseFile(page, "no.png", new Uint8Array(9));
      await waitForText(page, "notice", `"no.png" is not a picture that this browser can read`);
    });

    await t.step("a picture that asks to be turned lies as the server sees it", async () => {
      const [jpeg, png] = [
        await encodeJpeg(spotImage(80, 60), 90),
        await encodePng(spotImage(80, 60)),
      ];
      const inserted = (bytes: Uint8Array, at: number, part: Uint8Array) =>
        concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
      const turned = [
        ["big.jpg", inserted(jpeg, 2, exifSegment(BIG_ENDIAN_TURN)), jpeg],
        ["little.jpg", inserted(jpeg, 2, exifSegment(LITTLE_ENDIAN_TURN)), jpeg],
        ["chunk.png", inserted(png, 33, pngChunk("eXIf", BIG_ENDIAN_TURN)), png],
      ] as const;
      await page.keyboard.press("4");
      for (const [name, bytes, plain] of turned) {
        assertEquals(await sizeOfView(page, bytes), [80, 60], name);
        assertEquals(
          await shownAs(page, name, bytes),
          await shownAs(page, `plain-${name}`, plain),
          name,
        );
      }
      await page.keyboard.press("1");
    });

    await t.step("the browser's camera, then back to the live stream", async () => {
      await page.keyboard.press("c");
      await waitForText(page, "link", "This camera");
      await page.waitForFunction(
        () => Number(document.querySelector("#counters dd")?.textContent) >= 3,
        undefined,
        { timeout: LIMIT_MS },
      );
      await page.keyboard.press("l");
      await waitForText(page, "link", "Live");
    });

    assertEquals(errors, []);
    demo.signal("SIGTERM");
    assertEquals(await demo.ended, 0);
    assert(
      demo.log.some((line) => /^stream "camera-1" ended \(bye\)/.test(line)),
      demo.log.join("\n"),
    );
  },
);
