// A network small enough to compute by hand, in a complete package: each score is
// sigmoid(4·(r + g + b) − 6) of a pixel's three channels in 0..1, so 0.5 at middle grey.

import onnxProto from "onnx-proto";
import { join } from "@std/path";
import type { Card } from "../../models/card.ts";
import { sha256Hex } from "../../models/package.ts";
import { writeSafetensors } from "../../models/safetensors.ts";
import { makeCard } from "./package.ts";

const { onnx } = onnxProto;

export const TINY_WIDTH = 8;
export const TINY_HEIGHT = 4;
const FLOAT = 1;

/** The tiny network's score of one pixel, channels in 0..1. */
export function tinyScore(red: number, green: number, blue: number): number {
  return 1 / (1 + Math.exp(-(4 * (red + green + blue) - 6)));
}

/** The tiny network over an input [batch, 3, H, W]; the independent reference. */
export function tinyScores(input: Float32Array, batch = 1): Float32Array {
  const pixels = TINY_WIDTH * TINY_HEIGHT;
  return Float32Array.from({ length: batch * pixels }, (_, i) => {
    const first = Math.floor(i / pixels) * 3 * pixels + i % pixels;
    return tinyScore(input[first]!, input[first + pixels]!, input[first + 2 * pixels]!);
  });
}

/** The ONNX file: Conv 1×1, Sigmoid; N is dynamic. */
export function tinyGraph(
  names = { input: "image", output: "anomaly_map" },
): Uint8Array<ArrayBuffer> {
  const model = onnx.ModelProto.create({
    irVersion: 9,
    opsetImport: [{ domain: "", version: 20 }],
    graph: {
      name: "tiny",
      node: [
        {
          name: "head/conv",
          opType: "Conv",
          input: [names.input, "head/weight", "head/bias"],
          output: ["logits"],
          attribute: [{ name: "kernel_shape", type: 7, ints: [1, 1] }],
        },
        { name: "head/sigmoid", opType: "Sigmoid", input: ["logits"], output: [names.output] },
      ],
      initializer: [
        { name: "head/weight", dataType: FLOAT, dims: [1, 3, 1, 1], floatData: [4, 4, 4] },
        { name: "head/bias", dataType: FLOAT, dims: [1], floatData: [-6] },
      ],
      input: [imageValue(names.input, 3)],
      output: [imageValue(names.output, 1)],
    },
  });
  return new Uint8Array(onnx.ModelProto.encode(model).finish());
}

/** The tiny network with 0 × √(5.9 − logit) added to its scores: NaN where a pixel is white, and nowhere else. */
export function brittleGraph(): Uint8Array<ArrayBuffer> {
  const model = onnx.ModelProto.decode(tinyGraph({ input: "image", output: "scores" }));
  const graph = model.graph!;
  graph.output = [imageValue("anomaly_map", 1)];
  graph.node!.push(
    ...[
      { opType: "Sub", input: ["brittle/limit", "logits"], output: ["brittle/left"] },
      { opType: "Sqrt", input: ["brittle/left"], output: ["brittle/root"] },
      { opType: "Mul", input: ["brittle/root", "brittle/zero"], output: ["brittle/nothing"] },
      { opType: "Add", input: ["scores", "brittle/nothing"], output: ["anomaly_map"] },
    ].map((node, at) => onnx.NodeProto.create({ name: `brittle/${at}`, ...node })),
  );
  graph.initializer!.push(
    ...[["brittle/limit", 5.9] as const, ["brittle/zero", 0] as const].map(([name, value]) =>
      onnx.TensorProto.create({ name, dataType: FLOAT, dims: [1], floatData: [value] })
    ),
  );
  return new Uint8Array(onnx.ModelProto.encode(model).finish());
}

function imageValue(name: string, channels: number) {
  const sizes = [channels, TINY_HEIGHT, TINY_WIDTH].map((dimValue) => ({ dimValue }));
  const shape = { dim: [{ dimParam: "N" }, ...sizes] };
  return { name, type: { tensorType: { elemType: FLOAT, shape } } };
}

/** An input [1, 3, H, W] with every value different, in 0..1. */
export function tinyInput(batch = 1): Float32Array {
  const length = batch * 3 * TINY_WIDTH * TINY_HEIGHT;
  return Float32Array.from({ length }, (_, i) => (i * 37 % 101) / 100);
}

/** What to get wrong, or leave as it is. */
export interface TinyOptions {
  readonly graph?: Uint8Array<ArrayBuffer>;
  /** Added to every score of the golden output. */
  readonly goldenShift?: number;
  readonly minRegionPixels?: number;
  readonly products?: string[];
  /** sha256 that the card claims for fp32.onnx. */
  readonly sha256?: string;
}

/** Writes the package into a folder and returns its card. */
export async function writeTinyPackage(dir: string, options: TinyOptions = {}): Promise<Card> {
  const { graph = tinyGraph(), goldenShift = 0, minRegionPixels = 2, products } = options;
  const image = tinyInput();
  const anomalyMap = tinyScores(image).map((score) => score + goldenShift);
  const shape = [TINY_HEIGHT, TINY_WIDTH];
  const golden = writeSafetensors(
    new Map([
      ["image", { dtype: "F32", shape: [1, 3, ...shape], data: image }],
      ["anomaly_map", { dtype: "F32", shape: [1, 1, ...shape], data: anomalyMap }],
    ]),
  );
  const card: Card = {
    ...makeCard(),
    name: "tiny",
    version: "1.0.0",
    input: {
      name: "image",
      width: TINY_WIDTH,
      height: TINY_HEIGHT,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      resize: "triangle",
    },
    threshold: 0.5,
    minRegionScore: 0,
    minRegionPixels,
    ...(products && { products }),
    variants: {
      fp32: {
        file: "fp32.onnx",
        dtype: "float32",
        bytes: graph.length,
        sha256: options.sha256 ?? await sha256Hex(graph),
      },
    },
    golden: { file: "golden.safetensors", sha256: await sha256Hex(golden), tolerance: 1e-4 },
  };
  await Deno.mkdir(dir, { recursive: true });
  await Deno.writeFile(join(dir, "fp32.onnx"), graph);
  await Deno.writeFile(join(dir, "golden.safetensors"), golden);
  await Deno.writeTextFile(join(dir, "card.json"), JSON.stringify(card, null, 2));
  return card;
}

/** A folder with a tiny package; disposing removes it. */
export async function tinyPackage(options: TinyOptions = {}): Promise<
  AsyncDisposable & {
    readonly dir: string;
    readonly card: Card;
  }
> {
  const dir = await Deno.makeTempDir({ prefix: "lineside-tiny-" });
  const card = await writeTinyPackage(dir, options);
  return { dir, card, [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }) };
}
