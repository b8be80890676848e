import { assert, assertEquals } from "@std/assert";
import { testApp } from "../../helpers/test_app.ts";

const PARTS = [
  ...[
    "a",
    "unet-small",
    "constructor",
    "__proto__",
    "%00",
    "%ff",
    "%2e%2e%2f",
    "%",
    "é",
    "a%0d%0ab",
  ],
  "x".repeat(5000),
];
const HEADERS: Record<string, string>[] = [
  {},
  {
    accept: "*/*;q=nonsense, ,;;",
    "accept-encoding": ";;q=9,",
    "if-none-match": `W/"`,
    range: "bytes=9-1",
  },
  { "content-type": "multipart/form-data", "content-encoding": "gzip", "content-length": "-1" },
  { "last-event-id": "\u00ff".repeat(128), "inference-header-content-length": "99999999999" },
  {
    "x-frame-format": "rgb8",
    "x-frame-width": "1e9",
    "x-frame-height": "-0",
    "x-deadline-ms": "NaN",
  },
  {
    upgrade: "websocket",
    connection: "upgrade",
    origin: "null",
    "sec-websocket-protocol": ",,\t,",
  },
];
const { app, hono, routes } = testApp();

Deno.test("every route answers hostile paths, headers and bodies as it declares, never with 500", async () => {
  for (const { spec } of routes) {
    for (const part of PARTS) {
      const path = spec.path.replaceAll(/\{\w+\}/g, part);
      for (const headers of HEADERS) {
        const bodies = spec.method === "POST" || spec.method === "PUT"
          ? ["", "{", "[[[[", "null", "\u0000".repeat(999)]
          : [null];
        for (const body of bodies) {
          // An answer that is not declared throws.
          const { status, body: answer } = await app.request(path, {
            ...{ method: spec.method, headers, body },
          });
          await answer?.cancel();
          assert(status !== 500, `${spec.method} ${path.slice(0, 80)}: ${status}`);
        }
      }
    }
  }
});

Deno.test("every route refuses other methods, and says which it has", async () => {
  const paths = Map.groupBy(routes, ({ spec }) => spec.path.replaceAll(/\{\w+\}/g, "a"));
  for (const [path, declared] of paths) {
    const has = declared.map(({ spec }) => spec.method as string);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      if (has.includes(method)) continue;
      const response = await hono.request(path, { method });
      assertEquals(response.status, 405, `${method} ${path}`);
      const allow = response.headers.get("allow")!.split(", ");
      assertEquals(allow, has.includes("GET") ? [...has, "HEAD"] : has);
      await response.body?.cancel();
    }
  }
});

Deno.test("every GET route answers HEAD without a body", async () => {
  for (const { spec } of routes.filter(({ spec }) => spec.method === "GET")) {
    const path = spec.path.replaceAll(/\{\w+\}/g, "unet-small");
    const response = await app.request(path, { method: "HEAD" });
    assertEquals(await response.text(), "", path);
  }
});
