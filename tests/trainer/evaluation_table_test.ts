import { assertEquals } from "@std/assert";
import type { MaskMetrics } from "../../models/metrics.ts";
import { formatEvaluation } from "../../trainer/evaluation_table.ts";

const metrics = (images: number, iou: number): MaskMetrics => ({
  images,
  iou_image: iou,
  iou_defect: iou / 2,
  iou_pooled: iou / 4,
  miou: 0.5,
  dice: 1,
  all_empty: 0.75,
});

Deno.test("formatEvaluation() gives a row a product, sorted, and one for all, all_empty beside iou_image", () => {
  const table = formatEvaluation({
    overall: metrics(1200, 0.9),
    products: new Map([["wood", metrics(1000, 0.8)], ["bottle", metrics(200, 1)]]),
  });
  assertEquals(
    table,
    `
| product | images | iou_image | all_empty | iou_defect | iou_pooled |   miou |   dice |
| ------- | -----: | --------: | --------: | ---------: | ---------: | -----: | -----: |
| bottle  |    200 |    1.0000 |    0.7500 |     0.5000 |     0.2500 | 0.5000 | 1.0000 |
| wood    |   1000 |    0.8000 |    0.7500 |     0.4000 |     0.2000 | 0.5000 | 1.0000 |
| **all** |   1200 |    0.9000 |    0.7500 |     0.4500 |     0.2250 | 0.5000 | 1.0000 |
`.trim(),
  );
});

Deno.test("formatEvaluation() says NaN where a product shows no defect", () => {
  const all = { ...metrics(1, 1), iou_defect: NaN };
  const [, , row] = formatEvaluation({ overall: all, products: new Map() }).split("\n");
  assertEquals(row!.split("|")[5]!.trim(), "NaN");
});

Deno.test("formatEvaluation() shows metrics of maps where they were measured, a dash where a class is missing", () => {
  const [head, , row, all] = formatEvaluation({
    overall: { ...metrics(2, 1), auroc_image: 0.75 },
    products: new Map([["cap", metrics(1, 1)]]),
  }).split("\n");
  const last = (line = "") => line.split("|").at(-2)!.trim();
  assertEquals([head, row, all].map(last), ["auroc_image", "–", "0.7500"]);
});
