// Middleware: lets a request through when its token has the role that the route needs. Knows no route's work.

import type { MiddlewareHandler } from "hono";
import { HttpProblem } from "../server/problem.ts";
import { ANYBODY, type Authority, type Caller } from "./authority.ts";
import { bearerOf } from "./bearer.ts";
import { allows, neededRole } from "./roles.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** Whose request it is; set by the guard on every route. */
    caller: Caller;
  }
}

const REALM = `Bearer realm="lineside"`;

/**
 * Answers 401 with `WWW-Authenticate` without a good token, 403 when its roles are not enough (RFC 6750,
 * section 3.1). Without an authority it lets everybody through.
 */
export function guard(authority: Authority | undefined): MiddlewareHandler {
  return async (c, next) => {
    c.set("caller", ANYBODY);
    const needed = authority ? neededRole(c.req.method, c.req.path) : "open";
    if (authority && needed !== "open") {
      const token = bearerOf(c.req.raw.headers);
      if (token === undefined) {
        throw new HttpProblem("unauthorized", `${c.req.path} needs a token with role "${needed}"`, {
          "www-authenticate": REALM,
        });
      }
      const caller = await authority.check(token);
      if (!caller) {
        throw new HttpProblem("unauthorized", "The token is unknown or has expired", {
          "www-authenticate": `${REALM}, error="invalid_token"`,
        });
      }
      if (!allows(caller.roles, needed)) {
        const has = `Token "${caller.name}" has ${caller.roles.join(", ")}`;
        throw new HttpProblem("forbidden", `${has}; ${c.req.path} needs "${needed}"`, {
          "www-authenticate": `${REALM}, error="insufficient_scope", scope="${needed}"`,
        });
      }
      c.set("caller", caller);
    }
    await next();
  };
}
