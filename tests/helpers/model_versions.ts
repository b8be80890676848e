// A models folder with the shipped package under several versions, good and broken ones.

import { fromFileUrl, join } from "@std/path";
import { type Card, parseCard } from "../../models/card.ts";
import { findPackage, sha256Hex } from "../../models/package.ts";
import { readSafetensors, writeSafetensors } from "../../models/safetensors.ts";
import { slowGraph } from "../../runtime/bench/load/broken_graph.ts";
import { tinyGraph, writeTinyPackage } from "./tiny_model.ts";

const SHIPPED = fromFileUrl(new URL("../../models", import.meta.url));

export interface ModelVersions extends AsyncDisposable {
  readonly root: string;
  /** A good copy. */
  copy(version: string): Promise<void>;
  /** One whose graph has a byte that its card does not know. */
  corrupt(version: string): Promise<void>;
  /** One that computes other numbers than its golden map. */
  wrong(version: string): Promise<void>;
  /** One that computes what its golden map says, very slowly. @param products 1024² matrix products a frame */
  slow(version: string, products: number): Promise<void>;
}

/** An empty folder for versions of unet-tiny; disposing removes it. Packages are renamed in, whole. */
export async function modelVersions(): Promise<ModelVersions> {
  const base = await Deno.makeTempDir({ prefix: "lineside-versions-" });
  const root = join(base, "models");
  await Deno.mkdir(join(root, "unet-tiny"), { recursive: true });

  async function write(version: string, fill: (dir: string) => Promise<void>): Promise<void> {
    const dir = join(base, version);
    await Deno.mkdir(dir);
    await fill(dir);
    await Deno.rename(dir, join(root, "unet-tiny", version));
  }

  return {
    root,
    copy: (version) => write(version, (dir) => copyShipped(dir, version)),
    corrupt: (version) =>
      write(version, async (dir) => {
        await copyShipped(dir, version);
        const graph = await Deno.readFile(join(dir, "fp32.onnx"));
        graph[graph.length >> 1]! ^= 1;
        await Deno.writeFile(join(dir, "fp32.onnx"), graph);
      }),
    wrong: (version) =>
      write(version, async (dir) => {
        await copyShipped(dir, version);
        const file = join(dir, "golden.safetensors");
        const { tensors } = readSafetensors(await Deno.readFile(file));
        const map = tensors.get("anomaly_map")!;
        const data = Float32Array.from(map.data as Float32Array, (score) => 1 - score);
        tensors.set("anomaly_map", { dtype: "F32", shape: map.shape, data });
        const golden = writeSafetensors(tensors);
        await Deno.writeFile(file, golden);
        const sha256 = await sha256Hex(golden);
        await changeCard(dir, (card) => ({ ...card, golden: { ...card.golden, sha256 } }));
      }),
    slow: (version, products) =>
      write(version, async (dir) => {
        await writeTinyPackage(dir, { graph: slowGraph(tinyGraph(), products) });
        await changeCard(dir, (card) => ({ ...card, name: "unet-tiny", version }));
      }),
    [Symbol.asyncDispose]: () => Deno.remove(base, { recursive: true }),
  };
}

async function copyShipped(dir: string, version: string): Promise<void> {
  const shipped = await findPackage(SHIPPED, "unet-tiny");
  for await (const { name } of Deno.readDir(shipped.dir)) {
    await Deno.copyFile(join(shipped.dir, name), join(dir, name));
  }
  await changeCard(dir, (card) => ({ ...card, version }));
}

async function changeCard(dir: string, change: (card: Card) => Card): Promise<void> {
  const file = join(dir, "card.json");
  const card = parseCard(JSON.parse(await Deno.readTextFile(file)));
  await Deno.writeTextFile(file, JSON.stringify(change(card)));
}
