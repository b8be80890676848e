import { assertEquals } from "@std/assert";
import {
  lacksDefects,
  standIns,
  withStandIns,
} from "../../../../trainer/data/synthetic/stand_in.ts";
import { namedSample, noisySample } from "../samples.ts";

const { image, mask } = noisySample(32, 32);
const sound = { image, mask: { ...mask, data: new Uint8Array(32 * 32) } };
const load = withStandIns(() => Promise.resolve(sound), 0);

Deno.test("standIns() calls every other good image of each product defective, the first among them", () => {
  const samples = ["a", "a", "b", "a", "b"].map((product, i) => namedSample(product, "good", i));
  assertEquals(
    standIns(samples).map(({ defect }) => defect),
    ["synthetic", "good", "synthetic", "synthetic", "good"],
  );
  assertEquals(standIns([namedSample("a", "dent", 0)]), [namedSample("a", "dent", 0)]);
});

Deno.test("withStandIns() gives each of them a defect, the same each time", async () => {
  for (let i = 0; i < 20; i++) {
    const loaded = await load(namedSample("a", "synthetic", i));
    assertEquals(loaded.mask.data.includes(1), true);
    assertEquals(await load(namedSample("a", "synthetic", i)), loaded);
  }
});

Deno.test("withStandIns() leaves all others as they are, also real defects of that name", async () => {
  for (const defect of ["good", "dent"]) {
    assertEquals(await load(namedSample("a", defect, 0)), sound);
  }
  assertEquals(await load({ ...namedSample("a", "synthetic", 0), maskPath: "a.png" }), sound);
});

Deno.test("lacksDefects() is true of good samples only", () => {
  assertEquals(lacksDefects([namedSample("a", "good", 0)]), true);
  assertEquals(lacksDefects([namedSample("a", "good", 0), namedSample("a", "dent", 0)]), false);
});
