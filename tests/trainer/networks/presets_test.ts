import { assertEquals, assertThrows } from "@std/assert";
import { getNetwork, presetNames } from "../../../trainer/networks/presets.ts";
import { plan } from "../../../trainer/ops/plan.ts";

Deno.test("presetNames lists networks with presets that getNetwork() has, from small to large", () => {
  for (const [name, presets] of presetNames) {
    const sizes = presets.map((preset) =>
      plan(getNetwork(name, preset), { height: 256, width: 256 }).parameters
    );
    assertEquals(sizes, sizes.toSorted((a, b) => a - b));
  }
  assertEquals(presetNames.get("unet"), ["tiny", "small", "base"]);
});

Deno.test("getNetwork() names what there is when it has not what is asked for", () => {
  assertThrows(
    () => getNetwork("net", "tiny"),
    RangeError,
    'No network "net": there is unet, resunet, dpt',
  );
  assertThrows(
    () => getNetwork("unet", "huge"),
    RangeError,
    'Network "unet" has no preset "huge": there is tiny, small, base',
  );
});

Deno.test("getNetwork() does not take what every object has for a network", () => {
  assertThrows(() => getNetwork("constructor", "name"), RangeError, "No network");
  assertThrows(() => getNetwork("unet", "toString"), RangeError, "no preset");
});
