// What crosses between a lane's two sides, and how an error keeps its class and code on the way.

import type { Card, VariantName } from "../../models/card.ts";
import { PackageError } from "../../models/package.ts";
import { DecoderError, type DecoderName } from "../decoder.ts";
import { FrameError, type FrameLimits } from "../frame.ts";
import type { Job, JobResult, Levels, TensorJob } from "../job.ts";
import type { Segmentation } from "../reply.ts";
import type { GoldenResult } from "./golden.ts";
import { ProviderError, type ProviderName, type SessionInfo } from "./provider.ts";

export interface OpenRequest {
  readonly kind: "open";
  readonly packageDir: string;
  /** Of the lanes that serve the package already. */
  readonly card: Card | undefined;
  readonly provider: ProviderName;
  readonly variant: VariantName;
  readonly threads: number;
  readonly spinUs: number | undefined;
  readonly limits: FrameLimits;
  readonly decoder: DecoderName | "auto";
  /** Whether `webgpu` may do all around the network by shaders. */
  readonly shaders: boolean;
}

/**
 * The answers: {@linkcode Opened}, {@linkcode SegmentAnswer}, Inference, milliseconds (number), undefined,
 * undefined.
 */
export type LaneRequest =
  | OpenRequest
  | { readonly kind: "segment"; readonly jobs: readonly Pick<Job, "frame" | "want">[] }
  | ({ readonly kind: "infer" } & TensorJob)
  | { readonly kind: "measure"; readonly runs: number }
  | { readonly kind: "levels"; readonly levels: Levels }
  | { readonly kind: "close" };

export interface SegmentAnswer {
  /** One for each job. */
  readonly results: readonly WireResult[];
  /** Of the frames, given back. */
  readonly buffers: readonly ArrayBuffer[];
}

/** The session is loaded, checked and warm. */
export interface Opened {
  readonly card: Card;
  readonly info: SessionInfo;
  readonly golden: GoldenResult;
  readonly decoder: DecoderName;
  /** Whether a batch may be sent before the last one's answer. */
  readonly overlaps: boolean;
  /** Lines for the log: what was tried and does not work here. */
  readonly notes: readonly string[];
}

/** An error as plain data; structured clone would drop its class and code. */
export interface WireError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** What became of one job of a batch. */
export type WireResult =
  | { readonly ok: true; readonly value: Segmentation }
  | { readonly ok: false; readonly error: WireError };

/** Every request has exactly one answer with its id. */
export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WireError };

const TYPED_ERRORS = { DecoderError, FrameError, PackageError, ProviderError };

/** An error as data for the other side. */
export function toWire(error: unknown): WireError {
  if (!(error instanceof Error)) return { name: "Error", code: "", message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return { name: error.name, code, message: error.message };
}

/** A job's result as data for the other side. */
export function resultToWire(result: JobResult): WireResult {
  return result instanceof Error
    ? { ok: false, error: toWire(result) }
    : { ok: true, value: result };
}

/** A job's result as the other side had it. */
export function resultFromWire(result: WireResult): JobResult {
  return result.ok ? result.value : fromWire(result.error);
}

/** The error of the other side: of its own class when that is one the lane's callers know. */
export function fromWire({ name, code, message }: WireError): Error {
  if (Object.hasOwn(TYPED_ERRORS, name)) {
    // The code was this class's when it left.
    const Typed = TYPED_ERRORS[name as keyof typeof TYPED_ERRORS] as new (
      code: string,
      message: string,
    ) => Error;
    return new Typed(code, message);
  }
  const error = new Error(message);
  error.name = name;
  return error;
}
