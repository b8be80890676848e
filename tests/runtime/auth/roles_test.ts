import { assertEquals } from "@std/assert";
import { allows, neededRole, ROUTE_ROLES } from "../../../runtime/auth/roles.ts";
import { testApp } from "../../helpers/test_app.ts";

Deno.test("neededRole() says what each route needs", () => {
  const table: [string, string, string][] = [
    ["GET", "/", "open"],
    ["GET", "/app/dashboard/main.ts", "open"],
    ["GET", "/healthz", "open"],
    ["HEAD", "/readyz", "open"],
    ["GET", "/problems/empty", "open"],
    ["GET", "/openapi.json", "open"],
    ["GET", "/v2/health/ready", "open"],
    ["GET", "/v1/models", "read"],
    ["GET", "/v1/models/a", "read"],
    ["GET", "/v1/models/a/versions", "read"],
    ["GET", "/v1/streams", "read"],
    ["GET", "/v1/events", "read"],
    ["GET", "/v1/watch/camera-1", "read"],
    ["GET", "/metrics", "read"],
    ["GET", "/v2/models/a/ready", "read"],
    ["POST", "/v2/repository/index", "read"],
    ["GET", "/v1/stream", "stream"],
    ["POST", "/v1/models/a/segment", "stream"],
    ["POST", "/v2/models/a/infer", "stream"],
    ["POST", "/v2/models/a/versions/1/infer", "stream"],
    ...["switch", "canary", "shadow", "rollback"].map((action) =>
      ["POST", `/v1/models/a/${action}`, "admin"] as [string, string, string]
    ),
    ["POST", "/v1/models/a/versions/1.0.0/load", "admin"],
    ["PUT", "/v1/models/a/threshold", "admin"],
    ["DELETE", "/v1/models/a/shadow", "admin"],
    ["GET", "/v1/models/a/shadow", "read"],
    ["GET", "/openapixjson", "read"],
    ["GET", "/app/dashboard/more/main.ts", "read"],
    ["DELETE", "/v1/models/a/versions/1.0.0", "admin"],
    ["PUT", "/v1/models/a/versions/1.0.0", "admin"],
    ["POST", "/v2/repository/models/a/load", "admin"],
    ["POST", "/healthz", "admin"],
    ["POST", "/unheard/of", "admin"],
    ["GET", "/healthz/more", "read"],
    ["PURGE", "/", "admin"],
  ];
  for (const [method, path, role] of table) {
    assertEquals([method, path, neededRole(method, path)], [method, path, role]);
  }
});

Deno.test("ROUTE_ROLES has a row for every declared route, and no other", () => {
  const declared = testApp().routes.map(({ spec }) => `${spec.method} ${spec.path}`);
  assertEquals(Object.keys(ROUTE_ROLES).sort(), declared.sort());
});

Deno.test("allows() takes admin for everything and no other role for another", () => {
  assertEquals(allows(["admin"], "stream"), true);
  assertEquals(allows(["stream"], "stream"), true);
  assertEquals(allows(["stream"], "read"), false);
  assertEquals(allows(["read", "stream"], "admin"), false);
});
