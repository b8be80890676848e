// The one list of all settings of a server: what each is, its unit, limits and default. Flags, names in the
// environment, the help text and `--print-config` are made from it. Reads no file and no environment.

import { z } from "zod";
import { DECODER_NAMES } from "../decoder.ts";
import { PROVIDER_NAMES } from "../engine/provider.ts";
import { DEFAULT_FRAME_LIMITS } from "../frame.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../log/logger.ts";
import { DEFAULT_STREAM_LIMITS } from "../stream/limits.ts";

declare module "zod" {
  interface GlobalMeta {
    /** What a number counts. */
    unit?: string;
    /** Never shown, and never taken from a flag: other users of the box see a process's flags. */
    secret?: boolean;
    /** Name of the flag where the key alone would not say enough; also of the environment's name. */
    flag?: string;
  }
}

const MiB = 2 ** 20;
const text = z.string().min(1);
const count = (min: number, max: number) => z.int().min(min).max(max);
const rate = z.number().min(0.01).max(1e6).optional();
/** Milliseconds up to ten minutes. */
const ms = (min: number, value: number, description: string, flag?: string) =>
  count(min, 600_000).default(value)
    .meta({ description, unit: "ms", ...(flag === undefined ? {} : { flag }) });

const tls = z.strictObject({
  cert: text.optional().meta({
    flag: "tls-cert",
    description: "PEM file with the certificate and its chain; with it the server speaks TLS",
  }),
  key: text.optional().meta({
    flag: "tls-key",
    description: "PEM file with the certificate's private key",
  }),
});

const auth = z.strictObject({
  tokens: text.optional().meta({
    flag: "tokens",
    description:
      "File of bearer tokens, as `deno task token` writes it; without it nobody is asked",
  }),
  token: z.string().min(32).max(256).optional().meta({
    flag: "token",
    secret: true,
    description: "One more token, with all roles; at least 32 characters",
  }),
  insecureNoAuth: z.boolean().default(false).meta({
    description: "Listen on an address that others reach, without asking for tokens",
  }),
});

const limits = z.strictObject({
  maxFrameBytes: count(1024, DEFAULT_FRAME_LIMITS.maxBytes).default(DEFAULT_FRAME_LIMITS.maxBytes)
    .meta({ description: "Most bytes of a frame", unit: "bytes" }),
  maxPixels: count(1, 1e9).default(DEFAULT_FRAME_LIMITS.maxPixels)
    .meta({ description: "Most pixels of a frame, width × height", unit: "pixels" }),
  maxStreams: count(1, 4096).default(DEFAULT_STREAM_LIMITS.maxStreams)
    .meta({ description: "Most streams at once", unit: "streams" }),
  maxViewers: count(1, 4096).default(DEFAULT_STREAM_LIMITS.maxViewers)
    .meta({ description: "Most viewers at once", unit: "viewers" }),
  maxConnections: count(1, 65535).default(512)
    .meta({ description: "Most connections at once", unit: "connections" }),
  maxBufferedBytes: count(65536, 1024 * MiB).default(DEFAULT_STREAM_LIMITS.maxBufferedBytes)
    .meta({
      description: "Unread replies of a stream above which frames are refused",
      unit: "bytes",
    }),
  requestsPerSecond: rate.meta({
    description: "Requests of one token or address; no limit when left out",
    unit: "1/s",
  }),
  framesPerSecond: rate.meta({
    description: "Frames of one token or address, over all its streams; no limit when left out",
    unit: "1/s",
  }),
  burstSeconds: z.number().min(0.1).max(60).default(2).meta({
    description: "How much of both rates may come at once after a rest",
    unit: "s",
  }),
  headerMs: ms(100, 15_000, "For a request's header, from the connection or the last answer"),
  bodyMs: ms(100, 30_000, "For a request's body to arrive"),
  helloMs: ms(100, DEFAULT_STREAM_LIMITS.helloMs, "From a stream's connection to its hello"),
});

const drain = z.strictObject({
  announceMs: ms(
    ...[0, 0, "From SIGTERM, when readiness says 503, to the first refusal"] as const,
    "drain-announce-ms",
  ),
  hardMs: ms(
    ...[100, 15_000, "For frames in flight to be answered; then the rest is cut off"] as const,
    "drain-hard-ms",
  ),
});

const log = z.strictObject({
  format: z.enum(LOG_FORMATS).default("text").meta({
    flag: "log-format",
    description: "Lines for people, or one JSON object a line",
  }),
  level: z.enum(LOG_LEVELS).default("info").meta({
    flag: "log-level",
    description: "The least level that is written",
  }),
});

const metrics = z.strictObject({
  maxStreams: count(0, 1000).default(32).meta({
    flag: "metrics-max-streams",
    description: "Streams with counters under their own name; the others are counted as other",
    unit: "streams",
  }),
});

export const configSchema = z.strictObject({
  models: text.default("models")
    .meta({ description: "Folder of model packages, <name>/<version>/card.json" }),
  model: z.array(text).default([]).meta({
    description: "Models to serve, NAME or NAME@VERSION; the newest version of all when left out",
  }),
  watch: z.boolean().default(false)
    .meta({ description: "Switch to newer versions that appear in the models folder" }),
  provider: z.enum(["auto", ...PROVIDER_NAMES]).default("auto")
    .meta({ description: "What computes; auto measures what this machine has" }),
  lanes: count(1, 64).optional().meta({
    description: "Sessions that compute at once, on a CPU; what suits the cores when left out",
    unit: "lanes",
  }),
  threads: count(1, 256).optional().meta({
    description: "Threads of each lane; what suits the cores when left out",
    unit: "threads",
  }),
  maxBatch: count(1, 64).default(1).meta({
    description: "Most frames that a lane takes at once; a CPU gains nothing by more",
    unit: "frames",
  }),
  maxWaitMs: z.number().min(0).max(1000).default(0).meta({
    description: "How long a frame waits for others to fill its batch",
    unit: "ms",
  }),
  decoder: z.enum(["auto", ...DECODER_NAMES]).default("auto").meta({
    description: "What decodes PNG and JPEG; auto takes sharp where it is installed",
  }),
  host: text.default("127.0.0.1").meta({ description: "Address to listen on" }),
  port: count(0, 65535).default(8780)
    .meta({ description: "Port to listen on; 0 takes a free one" }),
  tls: tls.prefault({}),
  auth: auth.prefault({}),
  limits: limits.prefault({}),
  drain: drain.prefault({}),
  log: log.prefault({}),
  metrics: metrics.prefault({}),
}).superRefine((config, context) => {
  for (const [there, missing] of [["cert", "key"], ["key", "cert"]] as const) {
    if (config.tls[there] === undefined || config.tls[missing] !== undefined) continue;
    const message = `expected a file, since tls.${there} is set`;
    context.addIssue({ code: "custom", path: ["tls", missing], message });
  }
});

/** All settings of a server, complete and checked. */
export type Config = z.infer<typeof configSchema>;
