import { assertAlmostEquals, assertEquals, assertLess, assertNotEquals } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { foldAttention } from "../../../trainer/onnx/fold_attention.ts";
import { floats } from "../../../trainer/onnx/graph.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import {
  balanceChannels,
  balancesOf,
  observeChannels,
} from "../../../trainer/quantization/balance_channels.ts";
import { withOutputs } from "../../../trainer/quantization/calibrate.ts";
import { MAP_PARITY } from "../../tolerances.ts";
import { normalValues } from "../helpers.ts";
import { randomPreset } from "../random_graph.ts";

const size = { height: 64, width: 96 };
const image = normalValues(3 * size.height * size.width, "image");

Deno.test("balancesOf() finds two norms, the heads' results and the queries of each layer", async () => {
  const graph = foldAttention(await randomPreset("dpt", "tiny", size));
  const balances = balancesOf(graph).filter(({ value }) => value.startsWith("encoder/layer.2/"));
  assertEquals(
    balances.map(({ value, makers, readers, partner }) => [
      value.slice("encoder/layer.2/".length),
      makers.length,
      readers.length,
      partner?.slice("encoder/layer.2/".length),
    ]),
    [
      ["attention/norm/LayerNormalization", 2, 3, undefined],
      ["mlp/norm/LayerNormalization", 2, 1, undefined],
      ["attention/Reshape_4", 1, 1, undefined],
      ["attention/query/Add", 2, 1, "attention/key/MatMul"],
    ],
  );
});

Deno.test("balancesOf() leaves a norm that something else reads, and queries that are scaled on the way", async () => {
  const graph = await randomPreset("dpt", "tiny", size);
  const all = balancesOf(graph);
  assertEquals(all.filter(({ partner }) => partner !== undefined), []);
  const norm = "encoder/layer.2/mlp/norm/LayerNormalization";
  const watched = { ...graph, outputs: [...graph.outputs, { name: norm, shape: null }] };
  assertEquals(balancesOf(watched), all.filter(({ value }) => value !== norm));
});

Deno.test("balanceChannels() leaves the map, and makes channels as large as the rows that read them", async () => {
  const graph = foldAttention(await randomPreset("dpt", "tiny", size));
  const balances = balancesOf(graph);
  const values = balances.flatMap(({ value, partner }) => partner ? [value, partner] : [value]);
  const open = (of: typeof graph) => openGraph(serialize(withOutputs(of, values), {}), size);
  await using before = await open(graph);
  const sizesBefore = await observeChannels(
    graph,
    balances,
    [image],
    (image) => before.observe(image, 1),
  );
  const balanced = balanceChannels(graph, balances, sizesBefore);
  await using after = await open(balanced);
  assertLess(
    maxAbsDifference(await after.run(image, 1), await before.run(image, 1)),
    MAP_PARITY,
  );

  const sizesAfter = await observeChannels(
    balanced,
    balances,
    [image],
    (image) => after.observe(image, 1),
  );
  const norm = balances[1]!;
  const matrix = floats(balanced.initializers, norm.readers[0]!);
  const outputs = matrix.shape[1]!;
  for (const channel of [0, 7, 191]) {
    const row = matrix.data.slice(channel * outputs, (channel + 1) * outputs);
    const size = Math.max(...row.map(Math.abs));
    assertAlmostEquals(sizesAfter.get(norm.value)![channel]! / size, 1, 1e-3);
    assertNotEquals(Math.fround(sizesBefore.get(norm.value)![channel]! / size), 1);
  }
  const queries = balances.find(({ partner }) => partner !== undefined)!;
  const [asked, met] = [queries.value, queries.partner!].map((name) => sizesAfter.get(name)!);
  asked!.forEach((size, channel) => assertAlmostEquals(size / met![channel]!, 1, 1e-3));
});

Deno.test("balanceChannels() leaves a channel that is always zero", async () => {
  const graph = foldAttention(await randomPreset("dpt", "tiny", size));
  const [norm] = balancesOf(graph) as [ReturnType<typeof balancesOf>[number]];
  const largest = new Map([[norm.value, new Float32Array(192)]]);
  const balanced = balanceChannels(graph, [norm], largest);
  const [scale = ""] = norm.makers;
  assertEquals(floats(balanced.initializers, scale), floats(graph.initializers, scale));
});
