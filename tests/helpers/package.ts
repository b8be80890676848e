// Makes small valid cards and model packages for tests. The graph is not a real one.

import type { Card } from "../../models/card.ts";
import { sha256Hex } from "../../models/package.ts";
import { writeSafetensors } from "../../models/safetensors.ts";

/** A card that `parseCard` accepts; its hashes fit no file. */
export function makeCard(): Card {
  return {
    schema: "lineside.card/1",
    name: "unet-small",
    version: "1.0.0",
    network: { name: "unet", preset: "small" },
    input: {
      name: "image",
      width: 3,
      height: 2,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      resize: "triangle",
    },
    output: { name: "anomaly_map", meaning: "probability that the pixel shows a defect, 0..1" },
    threshold: 0.5,
    minRegionScore: 0,
    minRegionPixels: 4,
    products: ["bottle", "wood"],
    training: {
      data: "fixtures",
      split: { ratios: [6, 2, 2], seed: 0 },
      seed: 0,
      steps: 10,
      batch: 2,
      command: "deno task train",
    },
    metrics: {
      split: "test",
      images: 4,
      iou_image: 0.9,
      iou_defect: 0.8,
      iou_pooled: 0.8,
      miou: 0.85,
      dice: 0.88,
      all_empty: 0.5,
    },
    opset: 20,
    variants: {
      fp32: { file: "fp32.onnx", dtype: "float32", bytes: 5, sha256: "a".repeat(64) },
    },
    golden: { file: "golden.safetensors", sha256: "b".repeat(64), tolerance: 1e-4 },
  };
}

/** Writes a package whose files fit its card; `change` may spoil the card before it is written. */
export async function writePackage(
  dir: string,
  version = "1.0.0",
  change: (card: Card) => unknown = () => {},
): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
  const card = makeCard();
  card.version = version;
  const graph = new TextEncoder().encode("graph");
  const golden = writeSafetensors(
    new Map([
      ["image", { dtype: "F32", shape: [1, 3, 2, 3], data: new Float32Array(18).fill(0.25) }],
      ["anomaly_map", { dtype: "F32", shape: [1, 1, 2, 3], data: new Float32Array(6).fill(0.75) }],
    ]),
  );
  card.variants.fp32.sha256 = await sha256Hex(graph);
  card.golden.sha256 = await sha256Hex(golden);
  change(card);
  await Deno.writeFile(`${dir}/fp32.onnx`, graph);
  await Deno.writeFile(`${dir}/golden.safetensors`, golden);
  await Deno.writeTextFile(`${dir}/card.json`, JSON.stringify(card));
}
