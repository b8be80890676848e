// What stands around the routes of a server: who may, how often, who counts, how it ends. Put together here
// from the settings, so that routes and streams know none of it.

import type { MiddlewareHandler } from "hono";
import type { Caller } from "../auth/authority.ts";
import { guard } from "../auth/guard.ts";
import { openAuthority } from "../auth/open_authority.ts";
import { neededRole } from "../auth/roles.ts";
import { makeToken } from "../auth/token.ts";
import type { Config } from "../config/schema.ts";
import { type Callers, createCallers } from "../limits/callers.ts";
import { limiter } from "../limits/limiter.ts";
import { createRates } from "../limits/rates.ts";
import type { Logger } from "../log/logger.ts";
import { measure } from "../metrics/measure.ts";
import { createMetrics, type Metrics, type MetricsOptions } from "../metrics/metrics.ts";
import { type Observer, observers } from "../metrics/observer.ts";
import type { Clock } from "../stream/clock.ts";
import { createDrain, type Drain } from "./drain.ts";

export interface Operations {
  /** In order, before every route. */
  readonly middleware: readonly MiddlewareHandler[];
  readonly callers: Callers;
  readonly drain: Drain;
  readonly metrics: Metrics;
  readonly observer: Required<Observer>;
  /** For each further frame of the stream that this request opens: 0, or the ms to wait. */
  frameBudget(request: Request): () => number;
  /**
   * Calls `end` once the token of a request is no longer good for it, never where nobody is asked. The returned function
   * ends the looking.
   */
  onRevoked(request: Request, end: () => void): () => void;
  /** A token for a part of this process; undefined when nobody is asked. */
  admit(caller: Caller): Promise<string | undefined>;
  close(): void;
}

export interface OperationsOptions extends Pick<MetricsOptions, "now" | "scoresOf"> {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  /** Watch beside the metrics. */
  readonly observers: readonly Observer[];
}

/** @throws {TypeError} when the tokens' file is wrong. */
export async function openOperations(options: OperationsOptions): Promise<Operations> {
  const { config, clock, log, now, scoresOf } = options;
  const opened = await openAuthority(config.auth, { clock, log });
  const metrics = createMetrics({ maxStreams: config.metrics.maxStreams, now, scoresOf });
  const observer = observers([metrics, ...options.observers], (error) => {
    log.error(`An observer failed: ${error instanceof Error ? error.stack : String(error)}`);
  });
  const callers = createCallers();
  const rates = createRates(config.limits, clock);
  const drain = createDrain();
  return {
    middleware: [
      measure(observer, clock),
      drain.middleware,
      ...(opened ? [guard(opened.authority, callers)] : []),
      limiter(rates, callers),
    ],
    ...{ callers, drain, metrics, observer },
    frameBudget(request) {
      const key = callers.keyOf(request);
      return () => rates.frame(key);
    },
    onRevoked(request, end) {
      const owner = callers.ownerOf(request);
      const needed = neededRole(request.method, new URL(request.url).pathname);
      if (!opened || !owner || needed === "open") return () => {};
      return opened.authority.hold(owner, needed, end);
    },
    async admit(caller) {
      if (!opened) return undefined;
      const token = makeToken();
      await opened.authority.admit(token, caller);
      return token;
    },
    close: () => opened?.close(),
  };
}
