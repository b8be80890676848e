import { assert, assertEquals } from "@std/assert";
import { PROBLEMS } from "../../../runtime/server/problem.ts";
import { openApi, problemsOf } from "../../../runtime/server/openapi.ts";
import { testApp } from "../../helpers/test_app.ts";

const { hono, routes } = testApp();
const document = openApi(routes);
const template = (path: string) => path.replaceAll(/:(\w+)/g, "{$1}");

Deno.test("openApi() describes every route of the app, and no other", () => {
  const served = hono.routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${template(path)}`);
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`)
  );
  assertEquals(described.sort(), [...new Set(served)].sort());
  assertEquals(new Set(served).size, served.length);
});

Deno.test("openApi() gives every operation its own id, a summary and an answer", () => {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const ids = operations.map(({ operationId }) => operationId);
  assertEquals(new Set(ids).size, ids.length);
  for (const { operationId, summary, responses } of operations) {
    assert(typeof summary === "string" && summary !== "", `${operationId} has no summary`);
    assert(Object.keys(responses as object).some((status) => Number(status) < 400));
  }
});

Deno.test("openApi() describes every parameter of a path", () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters = [] } of Object.values(operations)) {
      const inPath = (parameters as { in: string; name: string; required: boolean }[])
        .filter((parameter) => parameter.in === "path");
      assertEquals(inPath.map(({ name }) => name), names, path);
      assert(inPath.every(({ required }) => required));
    }
  }
});

Deno.test("openApi() refers only to schemas that are there", () => {
  const text = JSON.stringify(document);
  const referred = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target);
  assert(referred.length > 10);
  for (const target of referred) {
    assert(target!.startsWith("#/components/schemas/"), target);
    assert(Object.hasOwn(document.components.schemas, target!.split("/").at(-1)!), target);
  }
});

Deno.test("openApi() says which error codes a status has", () => {
  const { responses } = document.paths["/v1/models/{name}/segment"]!.post as {
    responses: Record<string, { description: string; content: Record<string, unknown> }>;
  };
  assertEquals(Object.keys(responses["415"]!.content), ["application/problem+json"]);
  assert(
    JSON.stringify(responses["415"]).includes(`["unsupported-media-type","unsupported-format"]`),
  );
  const declared = problemsOf(routes.find(({ spec }) => spec.path.endsWith("/segment"))!.spec);
  const statuses = new Set(declared.map((code) => String(PROBLEMS[code].status)));
  assertEquals(Object.keys(responses).filter((s) => s >= "400").sort(), [...statuses].sort());
});

Deno.test("openApi() describes what an operation on versions takes, gives and refuses", () => {
  const of = (method: string, path: string) =>
    document.paths[`/v1/models/{name}/${path}`]![method] as {
      requestBody?: { required: boolean };
      responses: Record<string, { description: string }>;
    };
  const required = (method: string, path: string) => of(method, path).requestBody?.required;
  assertEquals(required("post", "switch"), true);
  assertEquals(required("put", "threshold"), true);
  assertEquals(required("post", "versions/{version}/load"), false);
  assertEquals(required("delete", "canary"), undefined);
  const { responses } = of("post", "switch");
  assertEquals(Object.keys(responses), [
    ...["200", "400", "401", "403", "404", "408", "409", "413", "415", "422", "429", "500", "503"],
  ]);
  assert(responses["409"]!.description.includes("too-slow"));
});

Deno.test("openApi() says which role an operation needs, and how refusals tell what to do", () => {
  const of = (method: string, path: string) =>
    document.paths[path]![method] as {
      security?: unknown;
      responses: Record<string, { headers?: Record<string, unknown> }>;
    };
  assertEquals(of("get", "/healthz").security, undefined);
  assertEquals(Object.keys(of("get", "/healthz").responses), ["200", "500"]);
  assertEquals(of("post", "/v2/models/{name}/infer").security, [{ bearer: ["stream"] }, {}]);
  assertEquals(document.components.securitySchemes.bearer!.scheme, "bearer");
  for (const [method, path] of [["get", "/metrics"], ["put", "/v1/models/{name}/threshold"]]) {
    const { responses } = of(method!, path!);
    for (const status of ["401", "403"]) {
      assertEquals(Object.keys(responses[status]!.headers!), ["WWW-Authenticate"]);
    }
    assertEquals(Object.keys(responses["429"]!.headers!), ["Retry-After"]);
  }
});
