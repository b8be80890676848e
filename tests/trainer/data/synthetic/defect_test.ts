import { assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { createRandom } from "../../../../models/random.ts";
import { addDefect, overlay } from "../../../../trainer/data/synthetic/defect.ts";
import { noisySample } from "../samples.ts";

const sound = (() => {
  const { image, mask } = noisySample(64, 64);
  return { image, mask: { ...mask, data: new Uint8Array(64 * 64) } };
})();

Deno.test("overlay() mixes by cover and opacity, and marks what it covers by half", () => {
  const image = { width: 3, height: 1, data: new Uint8Array(9).fill(100) };
  const mask = { width: 3, height: 1, data: Uint8Array.of(0, 0, 0) };
  const patch = { left: 1, top: 0, width: 2, height: 1, cover: Float32Array.of(0.25, 0.5) };
  const texture = { width: 2, height: 1, data: new Uint8Array(6).fill(200) };
  const { changed, meanChange } = overlay({ image, mask }, patch, texture, 0.8);
  assertEquals([...changed.mask.data], [0, 0, 1]);
  assertEquals([...changed.image.data], [100, 100, 100, 120, 120, 120, 140, 140, 140]);
  assertAlmostEquals(meanChange, 40);
  assertEquals([...image.data, ...mask.data], [...new Array(9).fill(100), 0, 0, 0]);
});

Deno.test("addDefect() changes the image where the mask says so, visibly, and hardly elsewhere", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { image, mask } = addDefect(sound, noisySample(64, 64, 1).image, createRandom(seed));
    let [inside, outside, count] = [0, 0, 0];
    for (const [at, isDefect] of mask.data.entries()) {
      for (let channel = 0; channel < 3; channel++) {
        const change = Math.abs(
          image.data[3 * at + channel]! - sound.image.data[3 * at + channel]!,
        );
        if (isDefect) inside += change;
        else outside += change;
      }
      count += isDefect;
    }
    assertGreater(count, 0);
    assertGreater(inside / count / 3, 10 - 1);
    assertGreater(inside / count, outside / (64 * 64 - count));
  }
});

Deno.test("addDefect() keeps a defect that was there, and follows from the seed", () => {
  const defective = noisySample(64, 64);
  const draw = () => addDefect(defective, defective.image, createRandom(3));
  assertEquals(draw(), draw());
  const { mask } = draw();
  for (const [at, was] of defective.mask.data.entries()) if (was) assertEquals(mask.data[at], 1);
});
