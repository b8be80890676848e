import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import {
  TINY_HEIGHT,
  TINY_WIDTH,
  tinyGraph,
  tinyInput,
  tinyScores,
} from "../../helpers/tiny_model.ts";
import { OP_PARITY } from "../../tolerances.ts";

const size = { height: TINY_HEIGHT, width: TINY_WIDTH };

Deno.test("openGraph() runs a graph at any batch", async () => {
  await using runner = await openGraph(tinyGraph(), size);
  for (const batch of [1, 3, 1]) {
    const images = tinyInput(batch);
    const map = await runner.run(images, batch);
    assertEquals(map.length, batch * TINY_HEIGHT * TINY_WIDTH);
    assertLess(maxAbsDifference(map, tinyScores(images, batch)), OP_PARITY);
  }
});

Deno.test("openGraph() refuses bytes that are no graph, and a graph with other names", async () => {
  await assertRejects(() => openGraph(new Uint8Array(9), size));
  const renamed = tinyGraph({ input: "image", output: "scores" });
  await using runner = await openGraph(renamed, size);
  await assertRejects(() => runner.run(tinyInput(), 1), TypeError, '"anomaly_map"');
});
