import { assertEquals, assertStringIncludes } from "@std/assert";
import { defectTable } from "../../../trainer/report/metric_table.ts";

const masks = { images: 3, iou_image: 0.5, iou_pooled: 0.5, dice: 0.6 };

Deno.test("defectTable() says which columns have the product's good images too", () => {
  const row = { product: "bolt", defect: "dent" };
  const { markup } = defectTable([
    { ...row, metrics: { ...masks, f1_max: 0.7, auroc_pixel: 0.9, auroc_image: 0.8 } },
  ]);
  assertStringIncludes(
    markup,
    "f1_max, auroc_pixel, auroc_image: of the type's images and the product's good ones; " +
      "the others of the type's alone.",
  );
  const { markup: withoutMaps } = defectTable([{ ...row, metrics: masks }]);
  assertEquals(withoutMaps.includes("good ones"), false);
});
