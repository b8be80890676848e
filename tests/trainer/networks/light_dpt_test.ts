import { assertEquals, assertThrows } from "@std/assert";
import { lightName, parseLightName } from "../../../trainer/networks/light_dpt.ts";
import { getNetwork } from "../../../trainer/networks/presets.ts";
import { plan } from "../../../trainer/ops/plan.ts";

Deno.test("parseLightName() is the reverse of lightName(), and takes no size that is none", () => {
  const stem = { patches: "stem", channels: 128, layers: 8, fusionChannels: 24 } as const;
  const product = { patches: "product", channels: 192, layers: 3, fusionChannels: 40 } as const;
  for (const size of [stem, product]) assertEquals(parseLightName(lightName(size)), size);
  for (
    const name of [
      "c100-l4-f8",
      "p96-l3-f8",
      "p192-l0-f8",
      "t192-l3-f8",
      "c128-l6-f8",
      "c128-l4-f0",
      "c128-l0-f8",
      "c128-l4",
      "light",
    ]
  ) {
    assertEquals(parseLightName(name), undefined, name);
  }
});

Deno.test("getNetwork() builds a light DPT of any size that has a name", () => {
  const { weights, features } = plan(getNetwork("dpt", "c64-l8-f12"), { height: 64, width: 96 });
  assertEquals(features, [
    ...Array.from({ length: 4 }, () => [1, 4 * 6 + 1, 64]),
    ...[[1, 4, 6, 12], [1, 8, 12, 12], [1, 16, 24, 12], [1, 32, 48, 12]],
  ]);
  const layers = new Set(weights.map(({ path }) => /layer\.(\d+)/.exec(path)?.[1]));
  assertEquals(layers.size - 1, 8);
  assertThrows(() => getNetwork("dpt", "c100-l4-f8"), RangeError, "sizes like c64-l4-f48");
});

Deno.test("getNetwork() taps three layers four times, patches made by one product", () => {
  const { weights, features } = plan(getNetwork("dpt", "p64-l3-f12"), { height: 64, width: 96 });
  assertEquals(features.slice(0, 4), Array.from({ length: 4 }, () => [1, 4 * 6 + 1, 64]));
  const shapes = new Map(weights.map(({ path, shape }) => [path, shape]));
  assertEquals(shapes.get("encoder/embed/kernel"), [16, 16, 3, 64]);
  assertEquals(shapes.has("encoder/layer.3/mlp/expand/matrix"), true);
  assertEquals(shapes.has("encoder/layer.4/mlp/expand/matrix"), false);
});
