import { assertEquals, assertStringIncludes } from "@std/assert";
import { encodeGrayPng } from "../../../models/encode.ts";
import { sha256Hex } from "../../../models/package.ts";
import { inspectSample } from "../../../trainer/data/inspect_sample.ts";
import { emptyFiles, maskPng, plainJpeg, plainPng, withFiles } from "../../helpers/data_files.ts";

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
      },
      problems: [],
    });
    const { content } = await inspectSample(root, sample("grey.jpg"));
    assertEquals([content?.isGrey, content?.hasMask, content?.defectPixels], [true, false, 0]);
  }));

Deno.test("inspectSample() gives every reason why files cannot be used", () =>
  withFiles(files, async (root) => {
    for (
      const [path, maskPath, expected] of [
        ["empty.png", "mask.png", [["unreadable-image", "empty.png", "there are no bytes"]]],
        ["absent.png", undefined, [["unreadable-image", "absent.png", "No such file"]]],
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
