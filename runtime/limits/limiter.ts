// Middleware: one more request of this caller now, or 429 with the time to wait. A frame in a request counts
// as a frame, too. Health is never refused.

import type { MiddlewareHandler } from "hono";
import { neededRole } from "../auth/roles.ts";
import { isLimited } from "../server/guarded.ts";
import { HttpProblem } from "../server/problem.ts";
import type { Callers } from "./callers.ts";
import type { Rates } from "./rates.ts";

/** Stands behind the guard. @throws {HttpProblem} "rate-limited" (RFC 6585, section 4). */
export function limiter(rates: Rates, callers: Callers): MiddlewareHandler {
  return async ({ req: { raw, method, path } }, next) => {
    if (isLimited(path)) {
      const key = callers.keyOf(raw);
      refuseWhen(rates.request(key), "requests");
      if (method === "POST" && neededRole(method, path) === "stream") {
        refuseWhen(rates.frame(key), "frames");
      }
    }
    await next();
  };
}

function refuseWhen(waitMs: number, what: "requests" | "frames"): void {
  if (waitMs === 0) return;
  throw new HttpProblem("rate-limited", `Too many ${what}: come back in ${Math.ceil(waitMs)} ms`, {
    "retry-after": String(Math.ceil(waitMs / 1000)),
  });
}
