import { assertEquals, assertThrows } from "@std/assert";
import { unet } from "../../../trainer/networks/unet.ts";
import { toGraph } from "../../../trainer/ops/onnx.ts";
import { fillWeights } from "../../../trainer/ops/onnx_emitter.ts";
import { plan } from "../../../trainer/ops/plan.ts";

const network = unet({ filters: 4, levels: 3 });
const size = { height: 8, width: 12 };

Deno.test("unet() doubles the channels at each level, and gives back the bottom and the decoder", () => {
  assertEquals(plan(network, size).features, [[1, 2, 3, 16], [1, 4, 6, 8], [1, 8, 12, 4]]);
});

Deno.test("unet() has the weights of its blocks", () => {
  const conv = (inputs: number, outputs: number) => 9 * inputs * outputs + 2 * outputs;
  const pair = (inputs: number, outputs: number) => conv(inputs, outputs) + conv(outputs, outputs);
  const up = (inputs: number, outputs: number) => 4 * inputs * outputs + outputs;
  assertEquals(
    plan(network, size).parameters,
    pair(3, 4) + pair(4, 8) + pair(8, 16) + up(16, 8) + pair(16, 8) + up(8, 4) + pair(8, 4) + 5,
  );
});

Deno.test("unet() joins each level's own map, skips first, to what comes from below", () => {
  const weights = fillWeights(plan(network, size).weights, 0);
  const { nodes } = toGraph(network, weights, size);
  assertEquals(nodes.filter(({ op }) => op === "Concat").map(({ inputs }) => inputs), [
    ["encoder.1/conv2/Relu", "decoder.1/up/ConvTranspose"],
    ["encoder.0/conv2/Relu", "decoder.0/up/ConvTranspose"],
  ]);
});

Deno.test("unet() refuses a size that is no multiple of 2^(levels − 1)", () => {
  for (const wrong of [{ height: 10, width: 12 }, { height: 8, width: 14 }]) {
    assertThrows(
      () => plan(network, wrong),
      RangeError,
      "U-Net takes images whose height and width are multiples of 4",
    );
  }
});
