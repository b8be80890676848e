import { assertEquals, assertThrows } from "@std/assert";
import { resunet } from "../../../trainer/networks/resunet.ts";
import { plan } from "../../../trainer/ops/plan.ts";

const size = { height: 8, width: 12 };

Deno.test("resunet() doubles the channels at each level, and gives back the bottom and the decoder", () => {
  const network = resunet({ filters: 4, levels: 3 });
  assertEquals(plan(network, size).features, [[1, 2, 3, 16], [1, 4, 6, 8], [1, 8, 12, 4]]);
});

Deno.test("resunet() makes smaller by strided units, and has a shortcut where a unit changes anything", () => {
  const { weights } = plan(resunet({ filters: 4, levels: 3 }), size);
  const shortcuts = weights.filter(({ path }) => path.endsWith("shortcut/kernel"));
  assertEquals(shortcuts.map(({ path, shape }) => [path, shape]), [
    ["encoder.0/shortcut/kernel", [1, 1, 3, 4]],
    ["encoder.1/shortcut/kernel", [1, 1, 4, 8]],
    ["encoder.2/shortcut/kernel", [1, 1, 8, 16]],
    ["decoder.1/shortcut/kernel", [1, 1, 16, 8]],
    ["decoder.0/shortcut/kernel", [1, 1, 8, 4]],
  ]);
});

Deno.test("resunet() on a ResNet has a level at the image's own size", () => {
  const network = resunet({ encoder: { units: [1, 1, 1, 1] } });
  assertEquals(plan(network, { height: 32, width: 64 }).features, [
    [1, 1, 2, 512],
    [1, 2, 4, 256],
    [1, 4, 8, 128],
    [1, 8, 16, 64],
    [1, 16, 32, 64],
    [1, 32, 64, 32],
  ]);
});

Deno.test("resunet() refuses a size that it cannot halve as often as it must", () => {
  assertThrows(
    () => plan(resunet({ filters: 4, levels: 3 }), { height: 8, width: 10 }),
    RangeError,
    "ResU-Net takes images whose height and width are multiples of 4, is given 8×10",
  );
  assertThrows(
    () => plan(resunet({ encoder: { units: [1, 1, 1, 1] } }), { height: 32, width: 48 }),
    RangeError,
    "multiples of 32",
  );
});
