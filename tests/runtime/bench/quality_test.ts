import { assertEquals } from "@std/assert";
import { scanDataset } from "../../../models/dataset.ts";
import { measureQuality, spread } from "../../../runtime/bench/quality.ts";
import { packMask } from "../../../runtime/postprocess/packed_mask.ts";
import { benchLane } from "../../helpers/bench_lane.ts";
import { fakeSegmentation } from "../../helpers/fake_lane.ts";
import { writePlainDataset } from "../../helpers/plain_dataset.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

Deno.test("measureQuality() compares each lane's mask with the truth in the mask's size", () =>
  withTempDir(async (root) => {
    await writePlainDataset(root, 1, 1);
    // The truth is columns 0..7 of rows 4..11 of 16×16; this mask is its upper half, at 8×8.
    const data = Uint8Array.from(
      { length: 64 },
      (_, at) => at % 8 < 4 && at >= 16 && at < 32 ? 1 : 0,
    );
    const mask = packMask({ width: 8, height: 8, data });
    const log: string[] = [];
    const segment = () => Promise.resolve({ ...fakeSegmentation(), mask });
    const half = benchLane("cpu", log, { segment });
    const other = benchLane("wasm", log, { segment });
    const encodedOnly = benchLane("webgpu", log, { encodedOnly: true });
    let frames = 0;
    const samples = await scanDataset(root);
    const [result, ...others] = await measureQuality(
      [half, other, encodedOnly],
      root,
      samples,
      () => frames++,
    );
    const { images, iou_image, iou_defect, all_empty } = result!.metrics;
    // On the sound image the same mask is all wrong.
    assertEquals([images, iou_defect, iou_image, all_empty, frames], [2, 0.5, 0.25, 0.5, 4]);
    assertEquals(others.map(({ lane }) => lane), [other]);
    const opened = log.filter((line) => !line.includes("rgb8"));
    assertEquals(opened, ["open cpu", "close cpu", "open wasm", "close wasm"]);
  }));

Deno.test("spread() takes evenly, in order, and all when there are few", () => {
  assertEquals(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5), [0, 2, 4, 6, 8]);
  assertEquals(spread([0, 1, 2, 3, 4, 5, 6], 3), [0, 2, 4]);
  assertEquals(spread([1, 2], 2), [1, 2]);
  assertEquals(spread([1, 2], Infinity), [1, 2]);
  assertEquals(spread([1, 2], 0), []);
});
