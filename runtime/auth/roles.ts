// Who may do what: one table from route to role. Pure; knows no token.

/**
 * - "read": looks: models, streams, metrics, events, views
 * - "stream": sends frames
 * - "admin": changes what is served; may do all that the others may
 */
export const ROLES = ["stream", "read", "admin"] as const;
export type Role = typeof ROLES[number];

export type Need = Role | "open";

/** What each route needs, by method and path as they are declared; "open" asks nobody. */
export const ROUTE_ROLES: Readonly<Record<string, Need>> = {
  "GET /": "open",
  "GET /app/{folder}/{file}": "open",
  "GET /healthz": "open",
  "GET /readyz": "open",
  "GET /openapi.json": "open",
  "GET /problems/{code}": "open",
  "GET /v2/health/live": "open",
  "GET /v2/health/ready": "open",
  "GET /metrics": "read",
  "GET /v1/models": "read",
  "GET /v1/models/{name}": "read",
  "GET /v1/models/{name}/versions": "read",
  "GET /v1/models/{name}/shadow": "read",
  "GET /v1/models/{name}/history": "read",
  "GET /v1/streams": "read",
  "GET /v1/watch/{stream}": "read",
  "GET /v1/events": "read",
  "GET /v1/streams/{stream}/events": "read",
  "GET /v2": "read",
  "POST /v2/repository/index": "read",
  "GET /v2/models/stats": "read",
  "GET /v2/models/{name}": "read",
  "GET /v2/models/{name}/ready": "read",
  "GET /v2/models/{name}/config": "read",
  "GET /v2/models/{name}/stats": "read",
  "GET /v2/models/{name}/versions/{version}": "read",
  "GET /v2/models/{name}/versions/{version}/ready": "read",
  "GET /v2/models/{name}/versions/{version}/config": "read",
  "GET /v2/models/{name}/versions/{version}/stats": "read",
  "POST /v1/models/{name}/segment": "stream",
  "GET /v1/stream": "stream",
  "POST /v2/models/{name}/infer": "stream",
  "POST /v2/models/{name}/versions/{version}/infer": "stream",
  "POST /v1/models/{name}/versions/{version}/load": "admin",
  "POST /v1/models/{name}/versions/{version}/unload": "admin",
  "POST /v1/models/{name}/switch": "admin",
  "POST /v1/models/{name}/rollback": "admin",
  "PUT /v1/models/{name}/threshold": "admin",
  "POST /v1/models/{name}/canary": "admin",
  "DELETE /v1/models/{name}/canary": "admin",
  "POST /v1/models/{name}/shadow": "admin",
  "DELETE /v1/models/{name}/shadow": "admin",
};

const TABLE = Object.entries(ROUTE_ROLES).map(([route, need]) => {
  const pattern = route.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+");
  return { pattern: new RegExp(`^${pattern}$`), need };
});

/**
 * What a request needs. HEAD is as GET. What no row names is refused for want of a route, but not to strangers: a
 * GET needs "read", anything else "admin".
 */
export function neededRole(method: string, path: string): Need {
  const asked = method === "HEAD" ? "GET" : method;
  const row = TABLE.find(({ pattern }) => pattern.test(`${asked} ${path}`));
  return row?.need ?? (asked === "GET" ? "read" : "admin");
}

/** Whether one of the roles is enough. */
export function allows(roles: readonly Role[], needed: Role): boolean {
  return roles.includes(needed) || roles.includes("admin");
}
