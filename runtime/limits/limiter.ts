// Middleware: one more request of this caller now, or 429 with the time to wait. Health is never refused.

import type { Context, MiddlewareHandler } from "hono";
import { ANYBODY } from "../auth/authority.ts";
import { HttpProblem } from "../server/problem.ts";
import type { Rates } from "./rates.ts";

const FREE = ["/healthz", "/readyz"];

/** By whose name a request is counted: the token's, or the address's when nobody is asked. */
export function callerKey(c: Context, addressOf: (c: Context) => string): string {
  const { name } = c.get("caller") ?? ANYBODY;
  return name === ANYBODY.name ? `address ${addressOf(c)}` : `token ${name}`;
}

/** Stands behind the guard. @throws {HttpProblem} "rate-limited" (RFC 6585, section 4). */
export function limiter(rates: Rates, addressOf: (c: Context) => string): MiddlewareHandler {
  return async (c, next) => {
    if (!FREE.includes(c.req.path)) {
      refuseWhen(rates.request(callerKey(c, addressOf)), "requests");
    }
    await next();
  };
}

/** @throws {HttpProblem} "rate-limited" when there is a time to wait. */
export function refuseWhen(waitMs: number, what: "requests" | "frames"): void {
  if (waitMs === 0) return;
  const seconds = String(Math.ceil(waitMs / 1000));
  throw new HttpProblem("rate-limited", `Too many ${what}: come back in ${Math.ceil(waitMs)} ms`, {
    "retry-after": seconds,
  });
}
