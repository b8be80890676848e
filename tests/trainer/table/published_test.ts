import { assertAlmostEquals, assertEquals } from "@std/assert";
import { publishedIou } from "../../../trainer/table/published.ts";

Deno.test("publishedIou has the paper's averages over its 15 classes", () => {
  const rows = Object.values(publishedIou);
  assertEquals(rows.length, 15);
  const mean = (network: "unet" | "resunet" | "dpt") =>
    rows.reduce((sum, row) => sum + row[network], 0) / rows.length;
  // The paper's last line, which has four digits.
  assertAlmostEquals(mean("unet"), 0.9081, 1e-4);
  assertAlmostEquals(mean("resunet"), 0.9101, 1e-4);
  assertAlmostEquals(mean("dpt"), 0.9215, 1e-4);
});
