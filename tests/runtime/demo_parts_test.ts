import { assert, assertEquals } from "@std/assert";
import { products } from "../../fixtures/generate.ts";
import { FRAME_SIDE, makePart, PART_COUNT, partAt, TRAVEL } from "../../runtime/demo_parts.ts";

const parts = Array.from({ length: PART_COUNT }, (_, index) => partAt(index));

Deno.test("partAt() shows every product, good and with several defects", () => {
  assertEquals(new Set(parts.map(({ product }) => product)), new Set(Object.keys(products)));
  for (const name of Object.keys(products)) {
    const defects = new Set(
      parts.filter((part) => part.product === name).map((part) => part.defect),
    );
    assert(defects.has("good") && defects.size >= 3, `${name}: ${[...defects]}`);
  }
});

Deno.test("partAt() shows a defect in about every second part", () => {
  const good = parts.filter(({ defect }) => defect === "good").length;
  assertEquals(good, PART_COUNT / 2);
});

Deno.test("makePart() is wider than the frame by its travel", () => {
  assertEquals(makePart(1).length, (FRAME_SIDE + TRAVEL) * FRAME_SIDE * 3);
});
