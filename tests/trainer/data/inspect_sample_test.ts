import { assertEquals, assertStringIncludes } from "@std/assert";
import { expandGray } from "../../../models/decode.ts";
import { encodeGrayPng, encodeJpeg } from "../../../models/encode.ts";
import { sha256Hex } from "../../../models/package.ts";
import { inspectSample } from "../../../trainer/data/inspect_sample.ts";
import { emptyFiles, maskPng, plainJpeg, plainPng, withFiles } from "../../helpers/data_files.ts";
import { makePng } from "../../helpers/png.ts";

const colour = await plainPng(200);
const files = {
  ...{ "colour.png": colour, "grey.jpg": await plainJpeg(90), "mask.png": await maskPng(3) },
  ...{ "turned.png": await maskPng(3, 2, 4), ...emptyFiles("empty.png") },
  "numbers.png": await encodeGrayPng({ width: 4, height: 2, data: new Uint8Array(8).fill(1) }),
};
const sample = (path: string, maskPath?: string) => ({
  ...{ product: "bolt", defect: "bent", path },
  ...(maskPath !== undefined && { maskPath }),
});

Deno.test("inspectSample() says what image and mask hold", () =>
  withFiles(files, async (root) => {
    const size = { width: 4, height: 2 };
    assertEquals(await inspectSample(root, sample("colour.png", "mask.png")), {
      content: {
        ...size,
        sha256: await sha256Hex(colour),
        isGrey: false,
        hasMask: true,
        defectPixels: 3,
        faintShare: 0,
      },
      problems: [],
    });
    const { content } = await inspectSample(root, sample("grey.jpg"));
    assertEquals([content?.isGrey, content?.hasMask, content?.defectPixels], [true, false, 0]);
  }));

Deno.test("inspectSample() says what is lost of values of 16 bits, and of grey masks", async () => {
  const deep = (value: number) =>
    makePng({
      ...{ width: 2, height: 1, depth: 16, colorType: 0 },
      scanLines: Uint8Array.of(0, 0, 9, value >> 8, value & 255),
    });
  const size = { width: 4, height: 3 };
  const labels = Uint8Array.of(0, 85, 85, 85, 255, 85, 85, 85, 255, 85, 85, 85);
  const smoothed = Uint8Array.of(0, 85, 100, 85, 255, 120, 99, 80, 255, 255, 127, 70);
  await withFiles({
    ...{
      "10 bits.png": await deep(1000),
      "16 bits.png": await deep(65000),
      "8 bits.png": await plainPng(9, 4, 3),
    },
    ...{ "labels.png": await encodeGrayPng({ ...size, data: labels }) },
    ...{ "smoothed.png": await encodeGrayPng({ ...size, data: smoothed }) },
    ...{ "labels.jpg": await encodeJpeg({ ...size, data: expandGray(labels) }, 100) },
  }, async (root) => {
    const of = async (path: string, maskPath?: string) =>
      (await inspectSample(root, sample(path, maskPath))).content;
    assertEquals((await of("10 bits.png"))?.largestOf16Bits, 1023);
    assertEquals((await of("16 bits.png"))?.largestOf16Bits, 65023);
    assertEquals((await of("8 bits.png"))?.largestOf16Bits, undefined);
    assertEquals((await of("8 bits.png", "labels.png"))?.faintShare, 4 / 6);
    assertEquals((await of("8 bits.png", "smoothed.png"))?.faintShare, 0);
    assertEquals((await of("8 bits.png", "labels.jpg"))?.faintShare, 0);
  });
});

Deno.test("inspectSample() gives every reason why files cannot be used", () =>
  withFiles(files, async (root) => {
    for (
      const [path, maskPath, expected] of [
        ["empty.png", "mask.png", [["unreadable-image", "empty.png", "there are no bytes"]]],
        ["absent.png", undefined, [["unreadable-image", "absent.png", "No such file"]]],
        ["\uFFFD.png", undefined, [["unreadable-image", "\uFFFD.png", "its name is not UTF-8"]]],
        ["grey.jpg", "empty.png", [["unreadable-mask", "empty.png", "there are no bytes"]]],
        ["absent.png", "empty.png", [
          ["unreadable-image", "absent.png", "No such file"],
          ["unreadable-mask", "empty.png", "there are no bytes"],
        ]],
        ["grey.jpg", "numbers.png", [
          ["unreadable-mask", "numbers.png", "largest value is 1, must be 255"],
        ]],
        ["grey.jpg", "turned.png", [
          ["mask-size", "turned.png", '"turned.png" is 2×4, must be 4×2 as "grey.jpg" is'],
        ]],
      ] as const
    ) {
      const { content, problems } = await inspectSample(root, sample(path, maskPath));
      assertEquals(content, undefined);
      assertEquals(problems.map((p) => [p.kind, p.path]), expected.map(([kind, at]) => [kind, at]));
      expected.forEach(([, , words], i) => assertStringIncludes(problems[i]!.message, words));
    }
  }));
