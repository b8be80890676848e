import { assertEquals } from "@std/assert";
import { contrasted, gammaCorrected, lit } from "../../../../trainer/data/augment/tone.ts";

const image = { width: 2, height: 1, data: Uint8Array.of(0, 51, 102, 153, 204, 255) };

Deno.test("lit() multiplies, adds and stays within 0..255", () => {
  assertEquals([...lit(image, 1.5, -0.1).data], [0, 51, 128, 204, 255, 255]);
});

Deno.test("contrasted() spreads the values about their mean", () => {
  assertEquals([...contrasted(image, 1).data], [...image.data]);
  assertEquals([...contrasted(image, 0).data], new Array(6).fill(128));
  assertEquals([...contrasted(image, 0.5).data], [64, 89, 115, 140, 166, 191]);
});

Deno.test("gammaCorrected() keeps black and white", () => {
  const { data } = gammaCorrected(image, 2);
  assertEquals([...data], [0, 10, 41, 92, 163, 255]);
});
