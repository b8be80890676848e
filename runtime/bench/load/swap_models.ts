// A models folder for swaps: copies of one package under other versions, two good ones and three broken ones.
// Knows no server.

import { join } from "@std/path";
import { type Card, parseCard } from "../../../models/card.ts";
import { sha256Hex } from "../../../models/package.ts";
import type { RegistryErrorCode } from "../../registry/errors.ts";
import { slowGraph, wrongGraph } from "./broken_graph.ts";

export interface SwapModels extends AsyncDisposable {
  /** Folder for `--models`. */
  readonly root: string;
  /** From old to new; all others are older, so that a server begins with the last. */
  readonly good: readonly string[];
  readonly broken: readonly BrokenVersion[];
}

export interface BrokenVersion {
  readonly version: string;
  /** What is wrong with it. */
  readonly fault: "corrupt" | "numerically wrong" | "slow";
  /** How it must be refused. */
  readonly code: RegistryErrorCode;
}

/** 2 GFLOP each: some 15 times what the shipped U-Net takes for a frame; a switch allows five times. */
const SLOW_PRODUCTS = 12;
const GOOD = ["2.0.0", "2.1.0"] as const;
const BROKEN = [
  { version: "1.0.0", fault: "corrupt", code: "package-corrupt" },
  { version: "1.1.0", fault: "numerically wrong", code: "golden-mismatch" },
  { version: "1.2.0", fault: "slow", code: "too-slow" },
] as const satisfies readonly BrokenVersion[];

/**
 * Copies a package that has fp32 into a folder of its own; disposing removes that.
 *
 * @param slowProducts how slow the slow one is.
 */
export async function makeSwapModels(
  packageDir: string,
  slowProducts = SLOW_PRODUCTS,
): Promise<SwapModels> {
  const root = await Deno.makeTempDir({ prefix: "lineside-swaps-" });
  const remove = () => Deno.remove(root, { recursive: true });
  try {
    for (const version of GOOD) await copy(packageDir, root, version);
    for (const { version, fault } of BROKEN) {
      const dir = await copy(packageDir, root, version);
      if (fault === "corrupt") await corrupt(dir);
      else {
        await replaceGraph(
          dir,
          (graph) => fault === "slow" ? slowGraph(graph, slowProducts) : wrongGraph(graph),
        );
      }
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { root, good: GOOD, broken: BROKEN, [Symbol.asyncDispose]: remove };
}

async function copy(packageDir: string, root: string, version: string): Promise<string> {
  const card = await readCard(packageDir);
  const dir = join(root, card.name, version);
  await Deno.mkdir(dir, { recursive: true });
  for (const file of [card.golden.file, ...graphFiles(card)]) {
    await Deno.copyFile(join(packageDir, file), join(dir, file));
  }
  await writeCard(dir, { ...card, version });
  return dir;
}

/** Changes a byte of every graph that the card does not know of. */
async function corrupt(dir: string): Promise<void> {
  for (const file of graphFiles(await readCard(dir))) {
    const bytes = await Deno.readFile(join(dir, file));
    bytes[bytes.length >> 1]! ^= 1;
    await Deno.writeFile(join(dir, file), bytes);
  }
}

/** Leaves one variant, fp32, with another graph that its card knows of. */
async function replaceGraph(
  dir: string,
  change: (graph: Uint8Array) => Uint8Array<ArrayBuffer>,
): Promise<void> {
  const { choice: _, ...card } = await readCard(dir);
  const { fp32 } = card.variants;
  if (fp32 === undefined) throw new TypeError(`Cannot break ${card.name}: it has no fp32`);
  const graph = change(await Deno.readFile(join(dir, fp32.file)));
  await Deno.writeFile(join(dir, fp32.file), graph);
  const known = { ...fp32, bytes: graph.length, sha256: await sha256Hex(graph) };
  await writeCard(dir, { ...card, variants: { fp32: known } });
}

function graphFiles(card: Card): string[] {
  return Object.values(card.variants).flatMap((variant) => variant ? [variant.file] : []);
}

async function readCard(dir: string): Promise<Card> {
  return parseCard(JSON.parse(await Deno.readTextFile(join(dir, "card.json"))));
}

async function writeCard(dir: string, card: Card): Promise<void> {
  await Deno.writeTextFile(join(dir, "card.json"), JSON.stringify(card));
}
