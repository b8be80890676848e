import { assertEquals, assertRejects } from "@std/assert";
import { checkGolden, goldenTolerance } from "../../../runtime/engine/golden.ts";
import {
  ProviderError,
  type ProviderName,
  type Session,
} from "../../../runtime/engine/provider.ts";
import { makeCard } from "../../helpers/package.ts";

const golden = { image: Float32Array.of(1), anomaly_map: Float32Array.of(0.5, 0.25) };
const card = { ...makeCard(), golden: { ...makeCard().golden, tolerance: 2 ** -12 } };

function answering(provider: ProviderName, ...scores: number[]): Session {
  return {
    info: { package: "fake 1.0.0", provider, variant: "fp32", threads: 1, onnxruntime: "0" },
    run: () => Promise.resolve(Float32Array.from(scores)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

Deno.test("checkGolden() returns the largest difference up to the tolerance", async () => {
  const tolerance = 2 ** -12;
  assertEquals(await checkGolden(answering("cpu", 0.5 - tolerance, 0.25), card, golden), {
    maxDelta: tolerance,
    tolerance,
  });
});

Deno.test("checkGolden() refuses above the tolerance and says how far", async () => {
  const error = await assertRejects(
    () => checkGolden(answering("wasm", 0.5, 0.25 + 2 ** -11), card, golden),
    ProviderError,
    "fake 1.0.0 fp32 on wasm: its golden output differs by max|Δ| 4.9e-4",
  );
  assertEquals(error.code, "golden");
});

Deno.test("checkGolden() refuses what is not a number", async () => {
  await assertRejects(() => checkGolden(answering("cpu", NaN, 0.25), card, golden), ProviderError);
});

Deno.test("goldenTolerance() is the card's, wider on webgpu only", () => {
  assertEquals(goldenTolerance(card, "fp32", "cpu"), 2 ** -12);
  assertEquals(goldenTolerance(card, "fp32", "wasm"), 2 ** -12);
  assertEquals(goldenTolerance(card, "fp32", "webgpu"), 1e-3);
  const wide = { ...card, golden: { ...card.golden, tolerance: 0.01 } };
  assertEquals(goldenTolerance(wide, "fp32", "webgpu"), 0.01);
});

Deno.test("goldenTolerance() is the variant's own where it has one", () => {
  const int8 = { ...card.variants.fp32, dtype: "int8" as const, tolerance: 0.25 };
  const both = { ...card, variants: { ...card.variants, int8 } };
  assertEquals(goldenTolerance(both, "int8", "cpu"), 0.25);
  assertEquals(goldenTolerance(both, "fp32", "cpu"), 2 ** -12);
});
