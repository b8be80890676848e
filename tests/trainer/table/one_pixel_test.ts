import { join } from "@std/path";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Mask } from "../../../models/image.ts";
import { scanDataset } from "../../../models/dataset.ts";
import { onePixelIou, widened } from "../../../trainer/table/one_pixel.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { encodePng } from "../../../models/encode.ts";

const width = 5;

Deno.test("widened() sets the eight neighbours, and nothing beyond an edge", () => {
  assertEquals(rows(widened(maskOf("....., ....., ..#.., ....., .....".split(", ")))), [
    ".....",
    ".###.",
    ".###.",
    ".###.",
    ".....",
  ]);
  assertEquals(rows(widened(maskOf("....#, ....., ....., ....., #....".split(", ")))), [
    "...##",
    "...##",
    ".....",
    "##...",
    "##...",
  ]);
});

Deno.test("onePixelIou() is 1 on good images and what is left of a defect on the others", () =>
  withTempDir(async (root) => {
    const grey = async (path: string, value: (at: number) => number) => {
      const file = join(root, path);
      await Deno.mkdir(join(file, ".."), { recursive: true });
      const data = Uint8Array.from({ length: 3 * width * width }, (_, at) => value(at / 3 | 0));
      await Deno.writeFile(file, await encodePng({ width, height: width, data }));
    };
    await grey("bolt/train/good/0.png", () => 9);
    await grey("bolt/test/good/0.png", () => 8);
    await grey("bolt/test/dent/0.png", () => 7);
    await grey("bolt/ground_truth/dent/0_mask.png", (at) => at === 12 ? 255 : 0);
    const samples = await scanDataset(root);
    assertAlmostEquals(
      await onePixelIou(root, samples, { width, height: width }),
      (1 + 1 + 1 / 9) / 3,
      1e-12,
    );
  }));

function maskOf(lines: readonly string[]): Mask {
  const data = Uint8Array.from(lines.join(""), (sign) => sign === "#" ? 1 : 0);
  return { width, height: width, data };
}

function rows({ data }: Mask): string[] {
  const text = Array.from(data, (set) => set ? "#" : ".").join("");
  return [...text.matchAll(/.{5}/g)].map(([row]) => row);
}
