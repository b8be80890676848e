import { assert, assertEquals, assertGreater } from "@std/assert";
import { createRandom } from "../../../../models/random.ts";
import { cutTexture, noiseTexture } from "../../../../trainer/data/synthetic/texture.ts";
import { noisySample } from "../samples.ts";

Deno.test("cutTexture() cuts from the donor, round its borders", () => {
  const { image } = noisySample(8, 8);
  const texture = cutTexture(image, { width: 20, height: 5 }, createRandom(0));
  assertEquals([texture.width, texture.height, texture.data.length], [20, 5, 300]);
  const flat = { ...image, data: new Uint8Array(image.data.length).fill(120) };
  const { data } = cutTexture(flat, { width: 20, height: 5 }, createRandom(0));
  assertEquals(new Set(data).size, 1);
});

Deno.test("noiseTexture() mixes two colours", () => {
  const spreads = Array.from({ length: 10 }, (_, seed) => {
    const { data } = noiseTexture({ width: 16, height: 16 }, createRandom(seed));
    assert(data.length === 768);
    return Math.max(...data) - Math.min(...data);
  });
  assertGreater(Math.max(...spreads), 60);
});
