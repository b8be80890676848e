import { assertAlmostEquals } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { foldNormalisation } from "../../../trainer/pretrained/fold_normalisation.ts";
import { type Normalisation, normalisations } from "../../../trainer/pretrained/naming.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";

const half: Normalisation = { mean: [0.5, 0.4, 0.6], std: [0.5, 0.25, 0.3] };

Deno.test("foldNormalisation() gives the same on pixels normalised otherwise", () => {
  const random = createRandom("fold");
  const numbers = (length: number) => Float32Array.from({ length }, () => random.normal());
  const kernel = { dtype: "F32", shape: [2, 2, 3, 4], data: numbers(48) } as const;
  const bias = { dtype: "F32", shape: [4], data: numbers(4) } as const;
  const folded = foldNormalisation({ kernel, bias }, half, normalisations.imagenet);

  const pixels = Array.from({ length: 12 }, () => random.next());
  const answer = (layer: { kernel: typeof kernel; bias: typeof bias }, by: Normalisation) =>
    Array.from(
      layer.bias.data,
      (offset, out) =>
        pixels.reduce(
          (sum, value, at) =>
            sum + layer.kernel.data[at * 4 + out]! * (value - by.mean[at % 3]!) / by.std[at % 3]!,
          offset,
        ),
    );
  const expected = answer({ kernel, bias }, half);
  const given = answer(
    folded as { kernel: typeof kernel; bias: typeof bias },
    normalisations.imagenet,
  );
  for (const [out, value] of expected.entries()) {
    assertAlmostEquals(given[out]!, value, 10 * FLOAT32_LOSS);
  }
});
