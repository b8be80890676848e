import { assertEquals } from "@std/assert";
import { patchGrid, vit } from "../../../trainer/networks/vit.ts";
import type { Network } from "../../../trainer/ops/ops.ts";
import { plan } from "../../../trainer/ops/plan.ts";

const preset = { channels: 16, heads: 2, layers: 3, patch: 16 };
const size = { height: 32, width: 64 };
const network: Network = (ops, image) => ({ logits: image, features: vit(ops, image, preset) });

Deno.test("vit() gives the tokens after each layer, the readout first", () => {
  assertEquals(plan(network, size).features, Array.from({ length: 3 }, () => [1, 9, 16]));
});

Deno.test("vit() has the weights of the published ones", () => {
  const c = 16;
  const layer = 4 * c + 4 * (c * c + c) + c * 4 * c + 4 * c + 4 * c * c + c;
  const embed = 16 * 16 * 3 * c + c + c + 9 * c;
  assertEquals(plan(network, size).parameters, embed + 3 * layer);
});

Deno.test("patchGrid() counts rows and columns of patches", () => {
  assertEquals(patchGrid({ shape: (x: number[]) => x } as never, [1, 32, 64, 3], preset), {
    height: 2,
    width: 4,
  });
});
