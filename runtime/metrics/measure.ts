// Middleware: tells the observer of each answered request. Stands before all others, so that refusals count.

import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Clock } from "../stream/clock.ts";
import type { Observer } from "./observer.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export function measure(observer: Required<Observer>, clock: Clock): MiddlewareHandler {
  return async (c, next) => {
    const started = clock.now();
    await next();
    // Of several that fit a path, the first answers.
    const route = matchedRoutes(c).find(({ path }) => path !== "/*" && path !== "*")?.path;
    observer.onRequest({
      // A client may invent methods and paths; labels must not follow it.
      method: METHODS.includes(c.req.method) ? c.req.method : "other",
      ...{ route: route ?? "none", status: c.res.status, ms: clock.now() - started },
    });
  };
}
