import { assertEquals } from "@std/assert";
import { formatInspection } from "../../../trainer/data/inspection_table.ts";

Deno.test("formatInspection() has a row a class: sizes, colours and share of defect", () => {
  const one = { smallest: [4, 2], largest: [4, 2], count: 1 } as const;
  const many = { smallest: [4, 2], largest: [8, 5], count: 3 } as const;
  const product = "bolt";
  const text = formatInspection({
    layout: "pairs",
    classes: [
      { product, defect: "bent", images: 12, masks: 12, grey: 0, sizes: many, defectShare: 0.125 },
      { product, defect: "cut", images: 3, masks: 3, grey: 2, sizes: one, defectShare: 0.00125 },
      { product: "nut", defect: "good", images: 4, masks: 0, grey: 4, sizes: one, defectShare: 0 },
    ],
    problems: [],
    warnings: [],
  });
  assertEquals(
    text,
    `Layout pairs: 2 products, 19 images

| product | defect | images | masks | size                 | colours        | defect pixels |
| ------- | ------ | -----: | ----: | -------------------- | -------------- | ------------: |
| bolt    | bent   |     12 |    12 | 4×2 to 8×5 (3 sizes) | colour         |       12.50 % |
| bolt    | cut    |      3 |     3 | 4×2                  | colour, 2 grey |        0.13 % |
| nut     | good   |      4 |     0 | 4×2                  | grey           |        0.00 % |`,
  );
});
