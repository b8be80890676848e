import { assertEquals, assertThrows } from "@std/assert";
import { centredPadding } from "../../../trainer/ops/padding.ts";
import { shapeRules } from "../../../trainer/ops/shapes.ts";

Deno.test("centredPadding() keeps ceil(size / stride) outputs", () => {
  for (const kernel of [1, 3, 5, 7]) {
    for (const stride of [1, 2, 3]) {
      for (const size of [7, 8, 9]) {
        const [, rows, columns] = shapeRules.conv(
          [1, size, size, 1],
          [kernel, kernel, 1, 1],
          null,
          {
            stride,
            padding: centredPadding(kernel),
          },
        );
        const kept = Math.ceil(size / stride);
        assertEquals([rows, columns], [kept, kept], `kernel ${kernel}, stride ${stride}`);
      }
    }
  }
});

Deno.test("centredPadding() refuses an even kernel", () => {
  assertThrows(() => centredPadding(2), RangeError, "Cannot centre a kernel of 2");
});
