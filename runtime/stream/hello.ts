// The first message of a stream, parsed once into a typed value. Knows nothing of sockets.

import { z } from "zod";
import type { CloseName } from "./close_codes.ts";
import { POLICIES } from "./frame_queue.ts";
import { SUBPROTOCOL } from "./protocol.ts";
import { PRIORITIES } from "./turns.ts";

/** Letters, digits, ".", "_" and "-": a name that is safe in a URL and in a log line. */
export const STREAM_NAME = /^[\w.-]{1,64}$/;

/** Most characters of a text message: none is near it, and parsing one must not hold up the server. */
export const MAX_TEXT = 4096;

/** A deadline, from a frame's arrival. */
export const deadlineSchema = z.number().min(1).max(600_000);

const DEFAULT_DEPTH = 8;

const helloSchema = z.strictObject({
  type: z.literal("hello"),
  protocol: z.string(),
  model: z.string().min(1).max(128),
  version: z.string().max(64).optional(),
  /** Viewers watch a stream by its name. Without one, the server gives it a name. */
  stream: z.string().regex(STREAM_NAME).optional(),
  policy: z.enum(POLICIES).default("latest"),
  /** Frames that may wait under `queue`. */
  depth: z.int().min(1).max(64).optional(),
  deadlineMs: deadlineSchema.optional(),
  priority: z.enum(PRIORITIES).default("normal"),
  want: z.array(z.enum(["mask", "map"])).max(2).default(["mask"]),
}).refine(({ policy, depth }) => policy === "queue" || depth === undefined, {
  ...{ path: ["depth"], error: `goes with policy "queue" only` },
}).transform((hello) => ({
  ...hello,
  depth: hello.policy === "queue" ? hello.depth ?? DEFAULT_DEPTH : 1,
}));

export type Hello = z.infer<typeof helloSchema>;

/** A hello that is not accepted, with the name of the close code that says so. */
export class HelloError extends Error {
  override readonly name = "HelloError";
  constructor(readonly close: CloseName, message: string) {
    super(message);
  }
}

/** @throws {HelloError} "badHello", or "wrongSubprotocol" when it speaks another protocol. */
export function parseHello(message: unknown): Hello {
  if (typeof message !== "string") {
    throw new HelloError("badHello", "the first message must be a hello in JSON text, got bytes");
  }
  if (message.length > MAX_TEXT) {
    const has = `hello has ${message.length} characters`;
    throw new HelloError("badHello", `${has}, the limit is ${MAX_TEXT}`);
  }
  const parsed = helloSchema.safeParse(parseJson(message));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new HelloError(
      "badHello",
      `${["hello", ...issue.path].join(".")}: ${issue.message}`,
    );
  }
  if (parsed.data.protocol !== SUBPROTOCOL) {
    throw new HelloError(
      "wrongSubprotocol",
      `hello.protocol is "${parsed.data.protocol.slice(0, 32)}", must be "${SUBPROTOCOL}"`,
    );
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HelloError("badHello", "hello is not JSON");
  }
}
