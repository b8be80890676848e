import { assertEquals } from "@std/assert";
import { lacksDefects, withStandIns } from "../../../../trainer/data/synthetic/stand_in.ts";
import { namedSample, noisySample } from "../samples.ts";

const { image, mask } = noisySample(32, 32);
const sound = { image, mask: { ...mask, data: new Uint8Array(32 * 32) } };
const load = withStandIns(() => Promise.resolve(sound), 0);

Deno.test("withStandIns() gives about every other good image a defect, the same each time", async () => {
  let defective = 0;
  for (let i = 0; i < 40; i++) {
    const sample = namedSample("a", "good", i);
    const loaded = await load(sample);
    assertEquals(await load(sample), loaded);
    if (loaded.mask.data.includes(1)) defective++;
    else assertEquals(loaded, sound);
  }
  assertEquals(defective > 10 && defective < 30, true);
});

Deno.test("withStandIns() leaves defective images as they are", async () => {
  for (let i = 0; i < 10; i++) assertEquals(await load(namedSample("a", "dent", i)), sound);
});

Deno.test("lacksDefects() is true of good samples only", () => {
  assertEquals(lacksDefects([namedSample("a", "good", 0)]), true);
  assertEquals(lacksDefects([namedSample("a", "good", 0), namedSample("a", "dent", 0)]), false);
});
