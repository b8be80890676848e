import { assertEquals } from "@std/assert";
import { resnet, type ResNetPreset } from "../../../trainer/networks/resnet.ts";
import type { Network } from "../../../trainer/ops/ops.ts";
import { plan } from "../../../trainer/ops/plan.ts";

const encoder = (units: ResNetPreset["units"]): Network => (ops, image) => ({
  logits: image,
  features: resnet(ops, image, { units }),
});

Deno.test("resnet() gives maps at strides 2 to 32", () => {
  assertEquals(plan(encoder([1, 1, 1, 1]), { height: 64, width: 96 }).features, [
    [1, 32, 48, 64],
    [1, 16, 24, 64],
    [1, 8, 12, 128],
    [1, 4, 6, 256],
    [1, 2, 3, 512],
  ]);
});

Deno.test("resnet() has the parameters of the published ones, without their classifier", () => {
  const parameters = (units: ResNetPreset["units"]) =>
    plan(encoder(units), { height: 64, width: 64 }).parameters;
  // torchvision: 11,689,512 and 21,797,672, of which 513,000 are the classifier's.
  assertEquals(parameters([2, 2, 2, 2]), 11_689_512 - 513_000);
  assertEquals(parameters([3, 4, 6, 3]), 21_797_672 - 513_000);
});
