// How publishers name the weights of an encoder: what a table of names is, and how one is read. Holds no table, reads no tensor.

import { type NormalisationName, pixelMean, pixelStd } from "../config.ts";

/** Where weights lie: in a module of that name, or in one third of it, where queries, keys and values are one module. */
export type Place = string | { readonly module: string; readonly third: 0 | 1 | 2 };

/** Per channel, in 0..1: what images are to be normalised by. */
export interface Normalisation {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** One publisher's names for one kind of encoder. */
export interface Naming {
  /** For messages: "ViT as timm names it". */
  readonly title: string;
  /** A tensor that every such file holds: the file is recognised by it. */
  readonly mark: string;
  /** What may stand in front of every name. */
  readonly prefixes: readonly string[];
  /**
   * From a scope of our networks to its place. Numbers in the scope are "#" and come as arguments, ours counted from 1.
   * What is not in a scope of its own, like a token, is listed with its whole path.
   */
  readonly places: Readonly<Record<string, (...numbers: number[]) => Place>>;
  /** Tensors that an image runs through: one that the network has no place for makes it another network. */
  readonly inner: RegExp;
  /** What most of the published weights were trained with. A file does not say it: a suggestion. */
  readonly normalisation: Normalisation;
}

/** Those that published encoders were learned with. */
export const normalisations = {
  /** Grey in the middle: Google's ViTs, timm's "augreg" (Steiner et al. 2021). */
  half: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  /** Statistics of ImageNet's pixels, which our inputs have too: ResNets, DeiT, DINO, MAE. */
  imagenet: { mean: pixelMean, std: pixelStd },
} as const satisfies Record<NormalisationName, Normalisation>;

/** A file's naming, with the prefix its names have. */
export interface Recognised {
  readonly naming: Naming;
  readonly prefix: string;
}

/**
 * Finds the naming whose mark a file holds.
 *
 * @throws TypeError that names the file's first tensors and the known namings when it holds none.
 */
export function recognise(
  tensors: ReadonlyMap<string, unknown>,
  namings: readonly Naming[],
): Recognised {
  const found = namings
    .flatMap((naming) => naming.prefixes.map((prefix) => ({ naming, prefix })))
    .find(({ naming, prefix }) => tensors.has(prefix + naming.mark));
  if (found !== undefined) return found;
  const first = [...tensors.keys()].slice(0, 3).map((name) => `"${name}"`).join(", ");
  const known = namings.map(({ title, mark }) => `${title} ("${mark}")`).join(", ");
  throw new TypeError(
    `The file is of no known naming, its first tensors are ${first}: known are ${known}`,
  );
}

/** The place of a scope like "encoder/layer.3/attention/norm", or undefined where the naming has none. */
export function placeOf({ places }: Naming, scope: string): Place | undefined {
  const numbers = [...scope.matchAll(/\.(\d+)/g)].map(([, number]) => Number(number));
  const find = places[scope] ?? places[scope.replaceAll(/\.\d+/g, ".#")];
  return find?.(...numbers);
}

/** Whether an image runs through a tensor of this name. PyTorch counts the batches that a norm has seen: not through that. */
export function isInner({ naming, prefix }: Recognised, name: string): boolean {
  return name.startsWith(prefix) && naming.inner.test(name.slice(prefix.length)) &&
    !name.endsWith(".num_batches_tracked");
}
