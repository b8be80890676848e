import { assertEquals } from "@std/assert";
import { pairFeatures } from "../../../trainer/distillation/pair_features.ts";

Deno.test("pairFeatures() pairs maps of one size, whatever their channels, and leaves the rest out", () => {
  assertEquals(
    pairFeatures(
      [[1, 8, 12, 4], [1, 16, 24, 2], [1, 96, 3]],
      [[1, 16, 24, 64], [1, 4, 6, 64], [1, 8, 12, 64]],
    ),
    [{ student: 0, teacher: 2 }, { student: 1, teacher: 0 }],
  );
});

Deno.test("pairFeatures() pairs the deepest with the deepest where several have one size", () => {
  const tokens = (count: number) => Array.from({ length: count }, () => [1, 17, 8]);
  assertEquals(pairFeatures(tokens(2), tokens(4)), [
    { student: 0, teacher: 2 },
    { student: 1, teacher: 3 },
  ]);
});
