// Published weights for a network's encoder: finds each one in a file's tensors and lays it out as ours. Reads no file.

import type { FloatTensor, Tensor } from "../../models/safetensors.ts";
import type { ImageSize } from "../ops/ops.ts";
import type { WeightSpec } from "../ops/plan.ts";
import { sameShape } from "../ops/shapes.ts";
import { isInner, type Normalisation, placeOf, recognise, type Recognised } from "./naming.ts";
import { resizePosition } from "./position.ts";
import { fromPytorch, pytorchRules, pytorchShape } from "./pytorch.ts";
import { huggingFaceResNet, torchvisionResNet } from "./resnet_namings.ts";
import { huggingFaceVit, timmVit } from "./vit_namings.ts";

/** Paths of all weights of an encoder begin with this, where published weights fit. */
export const encoderPrefix = "encoder/";

const namings = [timmVit, huggingFaceVit, torchvisionResNet, huggingFaceResNet];

export interface EncoderReport {
  /** Tensors of the file that the network starts with, by name. */
  readonly used: readonly string[];
  /** Tensors of the file that it has no need of, by name, like those of a classifier. */
  readonly leftOver: readonly string[];
  /** Paths of weights outside the encoder that such files often have and this one lacks: the norm behind the last layer. */
  readonly missing: readonly string[];
  /** What images should be normalised by, as far as the naming tells. */
  readonly normalisation: Normalisation;
}

export interface TakenEncoder {
  /** By path, shaped and laid out as the plan says. */
  readonly weights: ReadonlyMap<string, FloatTensor>;
  readonly report: EncoderReport;
}

/**
 * Takes the weights of a network's encoder from the tensors of a file, whichever naming it has. The position embedding is
 * resized to the image's grid; the norm behind the last layer goes into the norm of the last tap.
 *
 * @param planned All weights of the network, as `plan` lists them at `size`.
 * @param size Height and width of the network's input, in pixels.
 * @throws TypeError when no naming fits the tensors, or a weight is not of floats.
 * @throws RangeError that names the first tensor which is missing, has another shape, or has no place in the encoder; or when
 * the encoder is of another kind than the file's.
 */
export function takeEncoder(
  tensors: ReadonlyMap<string, Tensor>,
  planned: readonly WeightSpec[],
  size: ImageSize,
): TakenEncoder {
  const file = recognise(tensors, namings);
  expectKind(file, planned);
  const weights = new Map<string, FloatTensor>();
  const used = new Set<string>();
  const missing: string[] = [];
  for (const spec of planned) {
    const source = sourceOf(file, spec);
    if (source === undefined) continue;
    const tensor = tensors.get(source.name);
    if (tensor !== undefined) {
      const data = take(tensor, source, spec, size);
      weights.set(spec.path, { dtype: "F32", shape: spec.shape, data });
      used.add(source.name);
    } else if (!isOfEncoder(spec)) {
      missing.push(spec.path);
    } else {
      throw new RangeError(`Tensor "${source.name}" is missing: "${spec.path}" starts with it`);
    }
  }
  const leftOver = [...tensors.keys()].filter((name) => !used.has(name)).sort();
  expectWhole(file, leftOver);
  const { normalisation } = file.naming;
  return { weights, report: { used: [...used], leftOver, missing, normalisation } };
}

/** A tensor by its name, or one third of its rows. */
interface Source {
  readonly name: string;
  readonly third?: number;
}

function sourceOf({ naming, prefix }: Recognised, { path, role }: WeightSpec): Source | undefined {
  const { leaf } = pytorchRules[role];
  const scope = leaf === null ? path : path.slice(0, path.lastIndexOf("/"));
  const place = placeOf(naming, scope);
  if (place === undefined) return undefined;
  const nameIn = (module: string) => prefix + (leaf === null ? module : `${module}.${leaf}`);
  return typeof place === "string"
    ? { name: nameIn(place) }
    : { name: nameIn(place.module), third: place.third };
}

/** The numbers of one weight in our layout. */
function take(
  tensor: Tensor,
  { name, third }: Source,
  { role, shape }: WeightSpec,
  size: ImageSize,
): Float32Array {
  if (tensor.dtype !== "F32") {
    throw new TypeError(`Tensor "${name}" is ${tensor.dtype}, must be F32, F16 or BF16`);
  }
  if (role === "position") return takePosition(tensor, name, shape, size);
  const [rows = 0, ...rest] = pytorchShape(role, shape);
  if (third === undefined) {
    expectShape(tensor, name, [rows, ...rest]);
    return fromPytorch(role, shape, tensor.data);
  }
  expectShape(tensor, name, [3 * rows, ...rest]);
  const length = tensor.data.length / 3;
  return fromPytorch(role, shape, tensor.data.subarray(third * length, (third + 1) * length));
}

/** @param shape `[1 + rows · columns, channels]` of the grid that `size` makes. */
function takePosition(
  tensor: FloatTensor,
  name: string,
  [places = 0, channels = 0]: WeightSpec["shape"],
  { height, width }: ImageSize,
): Float32Array {
  const side = Math.sqrt((tensor.shape[1] ?? 0) - 1);
  if (!Number.isInteger(side) || !sameShape(tensor.shape, [1, 1 + side ** 2, channels])) {
    throw new RangeError(
      `Tensor "${name}" is [${tensor.shape}], must be [1,1 + n·n,${channels}] for a grid of n × n patches`,
    );
  }
  const patch = Math.sqrt(height * width / (places - 1));
  const grid = { height: height / patch, width: width / patch };
  return resizePosition(tensor.data, channels, { height: side, width: side }, grid);
}

function expectShape({ shape }: Tensor, name: string, wanted: readonly number[]): void {
  if (sameShape(shape, wanted)) return;
  throw new RangeError(`Tensor "${name}" is [${shape}], must be [${wanted}]`);
}

function expectKind(file: Recognised, planned: readonly WeightSpec[]): void {
  const first = planned.find(isOfEncoder);
  if (first === undefined) {
    throw new RangeError(
      "The network has no encoder that published weights fit: DPT has, and ResU-Net with a ResNet",
    );
  }
  if (sourceOf(file, first) !== undefined) return;
  throw new RangeError(
    `The file is a ${file.naming.title}, which has no "${first.path}": the network's encoder is another`,
  );
}

/** A tensor in the middle of the encoder that found no place belongs to a deeper one, or to one that computes otherwise. */
function expectWhole(file: Recognised, leftOver: readonly string[]): void {
  const homeless = leftOver.find((name) => isInner(file, name));
  if (homeless === undefined) return;
  throw new RangeError(
    `Tensor "${homeless}" has no place in the network's encoder: the file's is deeper, or another`,
  );
}

function isOfEncoder({ path }: WeightSpec): boolean {
  return path.startsWith(encoderPrefix);
}
