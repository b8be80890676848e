// Middleware: lets a request through when its token has the role that the route needs. Knows no route's work.

import type { MiddlewareHandler } from "hono";
import { HttpProblem } from "../server/problem.ts";
import type { Callers } from "../limits/callers.ts";
import type { Authority } from "./authority.ts";
import { bearerOf } from "./bearer.ts";
import { allows, neededRole } from "./roles.ts";

const REALM = `Bearer realm="lineside"`;

/**
 * Answers 401 with `WWW-Authenticate` without a good token, 403 when its roles are not enough (RFC 6750,
 * section 3.1).
 */
export function guard(authority: Authority, callers: Callers): MiddlewareHandler {
  return async ({ req: { raw, method, path } }, next) => {
    const needed = neededRole(method, path);
    if (needed !== "open") {
      const token = bearerOf(raw.headers);
      if (token === undefined) {
        throw new HttpProblem("unauthorized", `${path} needs a token with role "${needed}"`, {
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
        throw new HttpProblem("forbidden", `${has}; ${path} needs "${needed}"`, {
          "www-authenticate": `${REALM}, error="insufficient_scope", scope="${needed}"`,
        });
      }
      callers.authenticated(raw, caller);
    }
    await next();
  };
}
