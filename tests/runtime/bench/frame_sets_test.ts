import { assert, assertEquals } from "@std/assert";
import { scanDataset } from "../../../models/dataset.ts";
import { decodeFrame } from "../../../runtime/decode_frame.ts";
import { makeFrameSets } from "../../../runtime/bench/frame_sets.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { writePlainDataset } from "../../helpers/plain_dataset.ts";
import { JPEG_LOSS_GREY_LEVELS } from "../../tolerances.ts";

Deno.test("makeFrameSets() makes the same pictures raw, as PNG and as JPEG", () =>
  withTempDir(async (root) => {
    await writePlainDataset(root, 1, 1);
    const [raw, png, jpeg, large] = await makeFrameSets(root, await scanDataset(root), 8, 4);
    assertEquals([raw!.name, png!.name, jpeg!.name], ["rgb8 8×4", "png 8×4", "jpeg 8×4"]);
    assertEquals(raw!.frames.length, 2);
    const { size } = await decodeFrame(large!.frames[1]!);
    assertEquals([large!.name, size], ["jpeg 32×16", { width: 32, height: 16 }]);
    for (const [index, frame] of raw!.frames.entries()) {
      assertEquals(frame.bytes.length, 8 * 4 * 3);
      assertEquals((await decodeFrame(png!.frames[index]!)).pixels.bytes, frame.bytes);
      const decoded = (await decodeFrame(jpeg!.frames[index]!)).pixels.bytes;
      const loss = decoded.reduce((sum, v, i) => sum + Math.abs(v - frame.bytes[i]!), 0);
      // Hard edges lose more than the smooth picture of the tolerance.
      assert(loss / decoded.length <= 4 * JPEG_LOSS_GREY_LEVELS);
    }
  }));
