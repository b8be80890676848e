import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { createDraws } from "../../../trainer/data/draw_samples.ts";
import { namedSample } from "./samples.ts";

const of = (product: string, defect: string, count: number) =>
  Array.from({ length: count }, (_, i) => namedSample(product, defect, i));
const names = (draws: readonly { sample: { path: string } }[]) =>
  draws.map(({ sample }) => sample.path);

Deno.test("createDraws() gives a step the same draws whatever came before it", () => {
  const samples = [...of("a", "good", 5), ...of("a", "dent", 5)];
  const at = (seed: number) => createDraws(samples, { batch: 4, seed, defectShare: 0.5 });
  const straight = at(1);
  straight(0);
  assertEquals(names(straight(2)), names(at(1)(2)));
  assertNotEquals(names(straight(2)), names(straight(3)));
  assertNotEquals(names(straight(2)), names(at(2)(2)));
});

Deno.test("createDraws() draws defects, products and defect types by share, not by number", () => {
  const samples = [
    ...of("a", "good", 90),
    ...of("b", "good", 10),
    ...of("a", "dent", 9),
    ...of("a", "crack", 1),
    ...of("b", "hole", 1),
  ];
  const drawn = createDraws(samples, { batch: 2000, seed: 0, defectShare: 0.25 })(0);
  const share = (wanted: (sample: (typeof samples)[number]) => boolean) =>
    drawn.filter(({ sample }) => wanted(sample)).length / 2000;
  // Three standard deviations of a share of 2000 draws are at most 0.034.
  assertAlmostEquals(share(({ defect }) => defect !== "good"), 0.25, 0.034);
  assertAlmostEquals(share(({ defect }) => defect === "crack"), 0.0625, 0.034);
  assertEquals(share(({ product }) => product === "b"), 0.5);
});

Deno.test("createDraws() shows every product in every batch that has room for it", () => {
  const samples = ["a", "b", "c"].flatMap((product) => [
    ...of(product, "good", 30),
    ...of(product, "dent", 1),
  ]);
  const draws = createDraws(samples, { batch: 4, seed: 0, defectShare: 0.5 });
  for (let step = 0; step < 20; step++) {
    const drawn = draws(step);
    assertEquals(new Set(drawn.map(({ sample }) => sample.product)).size, 3);
    assertEquals(drawn.filter(({ sample }) => sample.defect !== "good").length, 2);
  }
});

Deno.test("createDraws() gives good images a synthetic defect in the share asked for, defective ones never", () => {
  const samples = [...of("a", "good", 9), ...of("a", "dent", 9)];
  const options = { batch: 2000, seed: 0, defectShare: 0.5 };
  const donated = (syntheticShare?: number) =>
    createDraws(samples, { ...options, ...(syntheticShare !== undefined && { syntheticShare }) })(0)
      .filter(({ donor }) => donor !== undefined);
  assertEquals(donated().length, 0);
  assertAlmostEquals(donated(0.4).length / 1000, 0.4, 0.05);
  assertEquals(donated(1).every(({ sample }) => sample.defect === "good"), true);
});

Deno.test("createDraws() makes all defects where a product has none", () => {
  const drawn = createDraws(of("a", "good", 3), { batch: 6, seed: 0, defectShare: 0.5 })(0);
  assertEquals(drawn.filter(({ donor }) => donor !== undefined).length, 3);
});

Deno.test("createDraws() moves defects to good images in the share asked for, every type alike", () => {
  const samples = [...of("a", "good", 9), ...of("a", "dent", 9), ...of("a", "crack", 1)];
  const moved = (transplantShare?: number) =>
    createDraws(samples, {
      ...{ batch: 2000, seed: 0, defectShare: 0.5 },
      ...(transplantShare !== undefined && { transplantShare }),
    })(0).filter(({ transplanted }) => transplanted !== undefined);
  assertEquals(moved().length, 0);
  assertAlmostEquals(moved(0.4).length / 1000, 0.4, 0.05);
  const all = moved(1);
  assertEquals(all.length, 1000);
  assertEquals(all.every(({ sample }) => sample.defect === "good"), true);
  const cracks = all.filter(({ transplanted }) => transplanted?.defect === "crack");
  assertAlmostEquals(cracks.length / 1000, 0.5, 0.05);
});

Deno.test("createDraws() shows a defect where it is when no good image could take it", () => {
  const options = { batch: 6, seed: 0, defectShare: 1, transplantShare: 1 };
  const drawn = createDraws(of("a", "dent", 3), options)(0);
  assertEquals(drawn.filter(({ transplanted }) => transplanted !== undefined).length, 0);
});

Deno.test("createDraws() refuses no sample", () => {
  const options = { batch: 3, seed: 0, defectShare: 1 };
  assertThrows(() => createDraws([], options), RangeError, "train part");
});
