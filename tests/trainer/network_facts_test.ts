import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { networkFacts } from "../../trainer/network_facts.ts";
import { convBnRelu, rareLogit } from "../../trainer/networks/blocks.ts";
import { getNetwork } from "../../trainer/networks/presets.ts";
import type { Network } from "../../trainer/ops/ops.ts";
import { SMALL_GRAPH_BYTES } from "../tolerances.ts";

/** 2×4 pixels, 3 channels to 10⁴ by a 1×1 kernel, through tokens and back, to one logit a pixel. */
const network: Network = (ops, image) => {
  const map = ops.scope("stem", () => convBnRelu(ops, image, { filters: 10_000, kernel: 1 }));
  const tokens = ops.scope(
    "encoder",
    () => ops.scope("layer.2", () => ops.gelu(ops.toTokens(map))),
  );
  const back = ops.toImage(tokens, { height: 2, width: 4 });
  return { logits: rareLogit(ops, back), features: [map, tokens] };
};

Deno.test("networkFacts() counts what can be counted by hand", () => {
  const { bytes, ...counted } = networkFacts(network, { height: 2, width: 4 });
  assertEquals(counted, {
    parameters: 30_000 + 20_000 + 10_001, // kernel, batch norm, head
    multiplyAdds: 8 * (30_000 + 10_000),
    taps: [2],
    features: 2,
    nodes: 9, // Conv Relu, Reshape Transpose, Gelu, Transpose Reshape, Conv Sigmoid
  });
  const weights = 30_000 + 10_000 + 10_001; // the batch norm is a bias now
  assertAlmostEquals(bytes, 4 * weights, SMALL_GRAPH_BYTES);
});

Deno.test("networkFacts() finds the layers that a DPT reads, and none in a U-Net", () => {
  const size = { height: 32, width: 64 };
  assertEquals(networkFacts(getNetwork("dpt", "tiny"), size).taps, [3, 6, 9, 12]);
  assertEquals(networkFacts(getNetwork("unet", "tiny"), size).taps, []);
});

Deno.test("networkFacts() refuses an image that the network does not take", () => {
  const unet = getNetwork("unet", "tiny");
  assertThrows(() => networkFacts(unet, { height: 16, width: 20 }), RangeError, "multiples of 16");
});
