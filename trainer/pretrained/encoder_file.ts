// A safetensors file of published weights, read for one network. Knows no run.

import { sha256Hex } from "../../models/package.ts";
import { readSafetensors } from "../../models/safetensors.ts";
import {
  type NormalisationName,
  type PinnedEncoder,
  pixelMean,
  pixelStd,
  type TrainConfig,
} from "../config.ts";
import { getNetwork } from "../networks/presets.ts";
import { plan } from "../ops/plan.ts";
import { foldNormalisation } from "./fold_normalisation.ts";
import { normalisations } from "./naming.ts";
import { type EncoderReport, takeEncoder, type TakenEncoder } from "./take_encoder.ts";

const [patchKernel, patchBias] = ["encoder/embed/kernel", "encoder/embed/bias"];

/** A network by name, with its input's size in pixels. */
export type NetworkChoice = Pick<TrainConfig, "network" | "preset" | "width" | "height">;

export interface EncoderFile extends TakenEncoder {
  /** Of the whole file. */
  readonly sha256: string;
}

/**
 * Reads a file and takes from it what the network's encoder starts with.
 *
 * @param normalisation What its images were normalised by. @default what most files of its naming were learned with
 * @throws Error that names the file when it is none, with the cause that `readSafetensors` or `takeEncoder` gave.
 */
export async function readEncoder(
  file: string,
  choice: NetworkChoice,
  normalisation?: NormalisationName,
): Promise<EncoderFile> {
  try {
    const bytes = await Deno.readFile(file);
    const { weights } = plan(getNetwork(choice.network, choice.preset), choice);
    const taken = takeEncoder(readSafetensors(bytes).tensors, weights, choice);
    const read = { ...taken, sha256: await sha256Hex(bytes) };
    if (normalisation === undefined) return read;
    expectRewritable(taken, normalisation);
    const report = { ...taken.report, normalisation: normalisations[normalisation] };
    return { ...read, report };
  } catch (cause) {
    throw new Error(`Cannot take encoder "${file}" for ${choice.network} ${choice.preset}`, {
      cause,
    });
  }
}

/** @throws RangeError when the first layer cannot be rewritten from that normalisation to the trainer's. */
function expectRewritable({ weights }: TakenEncoder, normalisation: NormalisationName): void {
  if (normalisation === "imagenet" || weights.has(patchKernel)) return;
  throw new RangeError(
    `A first layer that pads the image cannot be rewritten: normalisation is imagenet, not ${normalisation}`,
  );
}

/**
 * As `readEncoder`, the weights rewritten for images normalised as the trainer does.
 *
 * @throws Error too when the file is not the one that was pinned.
 */
export async function readPinnedEncoder(
  { file, sha256, normalisation }: PinnedEncoder,
  choice: NetworkChoice,
): Promise<EncoderFile> {
  const read = await readEncoder(file, choice, normalisation);
  if (read.sha256 === sha256) return { ...read, weights: renormalised(read) };
  throw new Error(`Cannot start with "${file}": its sha256 is ${read.sha256}, the run's ${sha256}`);
}

function renormalised({ weights, report }: TakenEncoder): TakenEncoder["weights"] {
  const [kernel, bias] = [weights.get(patchKernel), weights.get(patchBias)];
  // A ResNet's first layer pads, and its files expect what the trainer gives.
  if (kernel === undefined || bias === undefined) return weights;
  const given = { mean: pixelMean, std: pixelStd };
  const folded = foldNormalisation({ kernel, bias }, report.normalisation, given);
  return new Map([...weights, [patchKernel, folded.kernel], [patchBias, folded.bias]]);
}

/** One line for the log: how many tensors were used, which were not, and the normalisation, which no file says. */
export function describeEncoder(file: string, report: EncoderReport): string {
  const { used, leftOver, missing, normalisation: { mean, std } } = report;
  return `encoder ${file}: ${used.length} tensors used, left over: ${listed(leftOver)}; ` +
    `missing: ${listed(missing)}; ` +
    `taken to be of images normalised by mean ${mean.join(", ")} and std ${std.join(", ")}`;
}

/** A ResNet's file counts batches in dozens of tensors: those are told by how many they are. */
const mostOfOneKind = 4;

function listed(names: readonly string[]): string {
  const kinds = Map.groupBy(names, (name) => name.slice(name.lastIndexOf(".") + 1));
  const told = [...kinds].flatMap(([kind, same]) =>
    same.length > mostOfOneKind ? [`${same.length} × ${kind}`] : same
  );
  return told.join(", ") || "none";
}
