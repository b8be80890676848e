// Every error that a client can see, in one table, and its answer as problem+json (RFC 9457). Knows no route.

import { STATUS_CODE as S } from "@std/http/status";
import { LaneError, type LaneErrorCode } from "../engine/lane.ts";
import { ProviderError, type ProviderErrorCode } from "../engine/provider.ts";
import { FrameError, type FrameErrorCode } from "../frame.ts";
import { RegistryError, type RegistryErrorCode } from "../registry/errors.ts";
import { UnavailableError } from "./model_service.ts";

export type ProblemCode =
  | FrameErrorCode
  | UnavailableError["code"]
  | RegistryErrorCode
  | "bad-request"
  | "body-timeout"
  | "draining"
  | "forbidden"
  | "foreign-origin"
  | "internal"
  | "lane-failed"
  | "method-not-allowed"
  | "no-such-model"
  | "not-acceptable"
  | "not-found"
  | "rate-limited"
  | "run-failed"
  | "unauthorized"
  | "unsupported-media-type"
  | "upgrade-required";

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Total: a new code does not compile without a row. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  "bad-request": { status: S.BadRequest, title: "The request is malformed" },
  "body-timeout": { status: S.RequestTimeout, title: "The body did not arrive in time" },
  "corrupt": { status: S.UnprocessableEntity, title: "The frame cannot be decoded" },
  "draining": { status: S.ServiceUnavailable, title: "The server is about to stop" },
  "empty": { status: S.BadRequest, title: "The frame has no bytes" },
  "expired": { status: S.GatewayTimeout, title: "The deadline has passed" },
  "forbidden": { status: S.Forbidden, title: "The token may not do this" },
  "foreign-origin": { status: S.Forbidden, title: "Pages of other origins may not connect" },
  "golden-mismatch": {
    status: S.UnprocessableEntity,
    title: "The package computes other numbers here than its trainer did",
  },
  "in-use": { status: S.Conflict, title: "The version has a part in serving" },
  "internal": { status: S.InternalServerError, title: "Internal error" },
  "lane-failed": { status: S.ServiceUnavailable, title: "The model's lane has failed" },
  "load-failed": { status: S.UnprocessableEntity, title: "The package could not be loaded" },
  "load-timeout": { status: S.UnprocessableEntity, title: "The package took too long to load" },
  "method-not-allowed": { status: S.MethodNotAllowed, title: "The resource has no such method" },
  "no-such-model": { status: S.NotFound, title: "There is no such model" },
  "no-previous": { status: S.Conflict, title: "There is no version to roll back to" },
  "no-such-version": { status: S.NotFound, title: "The models folder has no such version" },
  "not-acceptable": { status: S.NotAcceptable, title: "No offered media type is acceptable" },
  "not-found": { status: S.NotFound, title: "There is no such resource" },
  "not-loaded": { status: S.Conflict, title: "The version is not loaded" },
  "nothing-serves": { status: S.Conflict, title: "No version of the model serves" },
  "not-ready": { status: S.ServiceUnavailable, title: "The model is not ready" },
  "overloaded": { status: S.ServiceUnavailable, title: "Too many requests wait" },
  "package-corrupt": { status: S.UnprocessableEntity, title: "The package is not what it says" },
  "rate-limited": { status: S.TooManyRequests, title: "Too many requests or frames in a time" },
  "run-failed": { status: S.InternalServerError, title: "The network could not be run" },
  "size-mismatch": { status: S.BadRequest, title: "The bytes do not fit the frame's size" },
  "size-missing": { status: S.BadRequest, title: "A raw frame needs its width and height" },
  "stopping": { status: S.ServiceUnavailable, title: "The server stops" },
  "too-large": { status: S.ContentTooLarge, title: "The frame is above a limit" },
  "too-many-operations": { status: S.ServiceUnavailable, title: "Too many operations wait" },
  "too-many-versions": { status: S.Conflict, title: "Too many versions are loaded" },
  "too-slow": { status: S.Conflict, title: "The version is much slower than the serving one" },
  "truncated": { status: S.UnprocessableEntity, title: "The frame ends too early" },
  "unauthorized": { status: S.Unauthorized, title: "A good token is needed" },
  "unsupported-format": { status: S.UnsupportedMediaType, title: "The frame's format is unknown" },
  "unsupported-media-type": { status: S.UnsupportedMediaType, title: "The body's type is unknown" },
  "upgrade-required": { status: S.UpgradeRequired, title: "This resource is a WebSocket" },
};

const LANE_PROBLEMS: Readonly<Record<LaneErrorCode, ProblemCode>> = {
  "closed": "not-ready",
  "crashed": "lane-failed",
  "stalled": "lane-failed",
  "start-timeout": "lane-failed",
};

const PROVIDER_PROBLEMS: Readonly<Record<ProviderErrorCode, ProblemCode>> = {
  missing: "internal",
  create: "internal",
  run: "run-failed",
  golden: "internal",
};

/** Thrown by a route to answer with a row of {@linkcode PROBLEMS}. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

export interface Problem {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a client is told about an error. Of an error that is not ours it learns nothing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof FrameError) return { code: error.code, detail: error.message };
  if (error instanceof UnavailableError) {
    return { code: error.code, detail: error.message, headers: { "retry-after": "1" } };
  }
  if (error instanceof RegistryError) {
    const busy = PROBLEMS[error.code].status === S.ServiceUnavailable;
    const headers = busy ? { "retry-after": "1" } : {};
    return { code: error.code, detail: error.message, headers };
  }
  if (error instanceof LaneError) {
    const code = LANE_PROBLEMS[error.code];
    return { code, detail: PROBLEMS[code].title };
  }
  const code = error instanceof ProviderError ? PROVIDER_PROBLEMS[error.code] : "internal";
  return { code, detail: "The error is in the server's log" };
}

/** Whether the error is the server's own, so that it belongs into the log. */
export function isInternal({ code }: Problem): boolean {
  return PROBLEMS[code].status === S.InternalServerError;
}

export function problemResponse({ code, detail, headers = {} }: Problem): Response {
  const { status, title } = PROBLEMS[code];
  return new Response(JSON.stringify({ type: `/problems/${code}`, title, status, detail, code }), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...headers,
    },
  });
}
