import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { scanDataset } from "../../../models/dataset.ts";
import { hashData } from "../../../trainer/table/hash_data.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { writeTinyDataset } from "../tiny_dataset.ts";

Deno.test("hashData() tells another image, mask or label, whatever the order of the samples", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir, 2, 2);
    const samples = await scanDataset(dir);
    const hash = await hashData(dir, samples);
    assertEquals(await hashData(dir, samples.toReversed()), hash);

    const hashes = new Set([hash]);
    hashes.add(await hashData(dir, samples.slice(1)));
    hashes.add(await hashData(dir, samples.map((sample) => ({ ...sample, defect: "cut" }))));
    for (const file of ["test/spot/2.png", "ground_truth/spot/2_mask.png"]) {
      const other = await Deno.readFile(join(dir, "plate", file.replace("2", "3")));
      await Deno.writeFile(join(dir, "plate", file), other);
      hashes.add(await hashData(dir, samples));
    }
    assertEquals(hashes.size, 5);
  }));
