// The packages that ship: every file is what its card says, and the same frames give the same maps everywhere. The golden
// map is TensorFlow.js's own; the other frames are held against onnxruntime's cpu provider.

import { assertEquals, assertGreater, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { generateSample, products } from "../../fixtures/generate.ts";
import type { Card, VariantCard, VariantName } from "../../models/card.ts";
import { toInput } from "../../models/input.ts";
import { listPackages, maxAbsDifference, openPackage, type Package } from "../../models/package.ts";
import { createSession } from "../../runtime/engine/onnxruntime.ts";
import type { ProviderName, Session } from "../../runtime/engine/provider.ts";
import { testIf } from "../helpers/require.ts";
import { MAP_PARITY, WEBGPU_MAP_PARITY } from "../tolerances.ts";

const root = fromFileUrl(new URL("../../models", import.meta.url));
const packages = await Promise.all((await listPackages(root)).map(({ dir }) => openPackage(dir)));

/** Half floats are for GPUs, int8 is for CPUs. */
const suited: Readonly<Record<VariantName, readonly ProviderName[]>> = {
  fp32: [],
  fp16: ["webgpu"],
  int8: ["cpu", "wasm"],
};

Deno.test("a U-Net and a light DPT ship, in three precisions each and less than 25 MB", async () => {
  assertEquals(packages.map(({ card: { network } }) => `${network.name} ${network.preset}`), [
    "dpt light",
    "unet tiny",
  ]);
  let bytes = 0;
  for (const { dir, card } of packages) {
    assertEquals(Object.keys(card.variants), ["fp32", "fp16", "int8"]);
    for await (const { name } of Deno.readDir(dir)) {
      bytes += (await Deno.stat(`${dir}/${name}`)).size;
    }
  }
  assertLessOrEqual(bytes, 25e6);
});

for (const pack of packages) {
  const { card } = pack;
  const name = `${card.name} ${card.version}`;

  Deno.test(`${name} was measured well above predicting nothing`, () => {
    const { split, iou_image, iou_defect, all_empty } = card.metrics;
    assertEquals(split, "test");
    assertGreaterOrEqual(iou_image, 0.9);
    assertGreaterOrEqual(iou_defect, 0.6);
    assertGreater(iou_image, all_empty);
  });

  for (const [variant, { metrics, tolerance }] of others(card)) {
    Deno.test(`${name} keeps what it reaches by ${variant}, within half a point and one`, () => {
      assertGreater(metrics!.iou_image, card.metrics.iou_image - 0.005);
      assertGreater(metrics!.iou_defect, card.metrics.iou_defect - 0.01);
    });
    for (const provider of suited[variant]) {
      const needs = provider === "webgpu" ? "webgpu" as const : [];
      await testIf(
        needs,
        `${name} gives the trainer's map by ${variant} on ${provider}`,
        async () => {
          const { image, anomaly_map } = await pack.golden();
          await using session = await open(pack, provider, variant);
          const difference = maxAbsDifference(await session.run(image, 1), anomaly_map);
          assertLessOrEqual(difference, tolerance!);
        },
      );
    }
  }

  Deno.test(`${name} gives the trainer's map on cpu`, () => holdMaps(pack, "cpu", MAP_PARITY));
  Deno.test(`${name} gives the trainer's map on wasm`, () => holdMaps(pack, "wasm", MAP_PARITY));
  await testIf(
    "webgpu",
    `${name} gives the trainer's map on webgpu`,
    () => holdMaps(pack, "webgpu", WEBGPU_MAP_PARITY),
  );
}

async function holdMaps(pack: Package, provider: ProviderName, tolerance: number): Promise<void> {
  const golden = await pack.golden();
  await using session = await open(pack, provider);
  const difference = maxAbsDifference(await session.run(golden.image, 1), golden.anomaly_map);
  assertLessOrEqual(difference, tolerance, "golden");
  await using reference = await open(pack, "cpu");
  for (const input of frames(pack.card.input)) {
    const [map, expected] = [await session.run(input, 1), await reference.run(input, 1)];
    assertLessOrEqual(maxAbsDifference(map, expected), tolerance);
  }
}

async function open(
  { dir, card, variantPath }: Package,
  provider: ProviderName,
  variant: VariantName = "fp32",
): Promise<Session> {
  const graph = await Deno.readFile(variantPath(variant));
  return await createSession(graph, { package: dir, provider, variant, threads: 2, card });
}

function others({ variants }: Card): [VariantName, VariantCard][] {
  const all = Object.entries(variants) as [VariantName, VariantCard][];
  return all.filter(([variant]) => variant !== "fp32");
}

/** One defective frame of each of three products. */
function frames(input: Package["card"]["input"]): Float32Array[] {
  return Object.entries(products).slice(0, 3).map(([product, { defects }]) => {
    const { width, height } = input;
    const defect = defects[0]!;
    const { image } = generateSample({ product, defect, seed: 7, index: 0, width, height });
    return toInput(image, input);
  });
}
