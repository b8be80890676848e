import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { getNetwork } from "../../../trainer/networks/presets.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { createRateFactors } from "../../../trainer/optimizer/rate_factors.ts";
import { FLOAT64_SUM } from "../../tolerances.ts";

const pathsOf = (network: string, preset: string) =>
  plan(getNetwork(network, preset), { width: 64, height: 64 }).weights.map(({ path }) => path);

Deno.test("createRateFactors() slows the encoder and nothing else", () => {
  for (const [network, preset] of [["dpt", "tiny"], ["resunet", "resnet18"]] as const) {
    const paths = pathsOf(network, preset);
    const factorOf = createRateFactors(paths, { encoder: 0.1 });
    const slowed = paths.filter((path) => factorOf(path) === 0.1);
    assertEquals(slowed, paths.filter((path) => path.startsWith("encoder/")));
    assertEquals(new Set(paths.map(factorOf)), new Set([0.1, 1]));
  }
});

Deno.test("createRateFactors() makes each layer slower than the one behind it", () => {
  const factorOf = createRateFactors(pathsOf("dpt", "tiny"), { encoder: 0.5, layerDecay: 0.75 });
  const expected = {
    "encoder/layer.12/mlp/expand/bias": 0.5,
    "encoder/layer.11/attention/key/matrix": 0.5 * 0.75,
    "encoder/layer.1/attention/norm/scale": 0.5 * 0.75 ** 11,
    "encoder/embed/kernel": 0.5 * 0.75 ** 12,
    "head/kernel": 1,
  };
  for (const [path, factor] of Object.entries(expected)) {
    assertAlmostEquals(factorOf(path), factor, FLOAT64_SUM, path);
  }
});

Deno.test("createRateFactors() refuses to slow what is not there", () => {
  assertThrows(
    () => createRateFactors(pathsOf("unet", "tiny"), { encoder: 0.1 }),
    RangeError,
    "no encoder of its own",
  );
  assertThrows(
    () => createRateFactors(pathsOf("resunet", "resnet18"), { encoder: 1, layerDecay: 0.9 }),
    RangeError,
    "only transformers",
  );
});

Deno.test("createRateFactors() refuses factors that are not above 0 and at most 1", () => {
  for (const wrong of [0, -1, 1.5, NaN]) {
    assertThrows(
      () => createRateFactors([], { encoder: wrong }),
      RangeError,
      "rate factor encoder",
    );
    assertThrows(
      () => createRateFactors([], { encoder: 1, layerDecay: wrong }),
      RangeError,
      "rate factor layerDecay",
    );
  }
});
