// Which errors stand before a route's own, from what is asked of every request: who may, how often, until when.

import { neededRole } from "../auth/roles.ts";
import type { ProblemCode } from "./problem.ts";

/** Whoever looks whether the server lives is never refused for coming often, or at its end. */
const HEALTH = ["/healthz", "/readyz", "/v2/health/live", "/v2/health/ready"];

/** Whether requests for this path are counted against a caller's rate. */
export function isLimited(path: string): boolean {
  return !HEALTH.includes(path);
}

/** Whether this path is refused while the server ends: who looks at the end may look until it is there. */
export function isDrained(path: string): boolean {
  return path !== "/metrics" && !HEALTH.includes(path);
}

/** Codes that a route answers before its handler is asked. The path may have parameters in braces. */
export function guardProblems(method: string, path: string): readonly ProblemCode[] {
  return [
    ...(neededRole(method, path) === "open" ? [] : ["unauthorized", "forbidden"] as const),
    ...(isLimited(path) ? ["rate-limited"] as const : []),
    ...(isDrained(path) ? ["draining"] as const : []),
  ];
}

/** Headers of an error, by its code, and what they say. */
export const PROBLEM_HEADERS: Readonly<
  Partial<Record<ProblemCode, Readonly<Record<string, string>>>>
> = {
  "unauthorized": { "WWW-Authenticate": "Bearer, with what is wrong (RFC 6750, section 3)" },
  "forbidden": { "WWW-Authenticate": "Bearer, with the role that is needed (RFC 6750, section 3)" },
  "rate-limited": { "Retry-After": "Seconds to wait (RFC 6585, section 4)" },
  "draining": { "Retry-After": "Seconds to wait" },
};
