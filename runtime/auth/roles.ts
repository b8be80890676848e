// Who may do what: one table from route to role. Pure; knows no token.

/**
 * - "read": looks: models, streams, metrics, events, views
 * - "stream": sends frames
 * - "admin": changes what is served; may do all that the others may
 */
export const ROLES = ["stream", "read", "admin"] as const;
export type Role = typeof ROLES[number];

/** "open" asks nobody. The first row that fits decides. */
const TABLE: readonly (readonly [methods: "GET" | "POST" | "*", path: RegExp, Role | "open"])[] = [
  ["GET", /^\/(healthz|readyz|openapi\.json)?$/, "open"],
  ["GET", /^\/(app|problems)\//, "open"],
  ["GET", /^\/v2\/health\/(live|ready)$/, "open"],
  ["GET", /^\/v1\/stream$/, "stream"],
  ["POST", /^\/v1\/models\/[^/]+\/segment$/, "stream"],
  ["POST", /^\/v2\/models\/[^/]+(\/versions\/[^/]+)?\/infer$/, "stream"],
  ["POST", /^\/v2\/repository\/index$/, "read"],
  ["GET", /./, "read"],
  ["*", /./, "admin"],
];

/** What a request needs. HEAD is as GET; a path that no row names is for "read", or changes something: "admin". */
export function neededRole(method: string, path: string): Role | "open" {
  const asked = method === "HEAD" ? "GET" : method;
  const row = TABLE.find(([methods, pattern]) =>
    (methods === "*" || methods === asked) && pattern.test(path)
  );
  return row?.[2] ?? "admin";
}

/** Whether one of the roles is enough. */
export function allows(roles: readonly Role[], needed: Role): boolean {
  return roles.includes(needed) || roles.includes("admin");
}
