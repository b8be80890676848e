// The two steps of a good end: first readiness says 503, so that others send their traffic elsewhere; then
// what still comes is refused. What is in flight is answered by its own owners.

import type { MiddlewareHandler } from "hono";
import { isDrained } from "./guarded.ts";
import { HttpProblem } from "./problem.ts";

export interface Drain {
  /** From the announcement on. */
  readonly announced: boolean;
  announce(): void;
  /** Announced, too. */
  refuse(): void;
  readonly middleware: MiddlewareHandler;
}

export function createDrain(): Drain {
  let step: "serving" | "announced" | "refusing" = "serving";
  return {
    get announced() {
      return step !== "serving";
    },
    announce() {
      if (step === "serving") step = "announced";
    },
    refuse() {
      step = "refusing";
    },
    async middleware(c, next) {
      if (step === "refusing" && isDrained(c.req.path)) {
        throw new HttpProblem("draining", "The server is about to stop", {
          "retry-after": "1",
          connection: "close",
        });
      }
      await next();
    },
  };
}
