import { assert, assertEquals } from "@std/assert";
import { loadStaticFiles } from "../../../runtime/server/static_files.ts";

const files = await loadStaticFiles();
const get = (path: string, headers = {}) =>
  files.respond(path, new Request("http://x/", { headers }));

Deno.test("loadStaticFiles() serves the page with a strict policy", async () => {
  const response = get("dashboard/index.html")!;
  assertEquals(response.headers.get("content-type"), "text/html; charset=UTF-8");
  const policy = response.headers.get("content-security-policy")!;
  assert(policy.startsWith("default-src 'none'") && !policy.includes("unsafe"));
  assert((await response!.text()).startsWith("<!doctype html>"));
});

Deno.test("loadStaticFiles() serves TypeScript without its types", async () => {
  const response = get("dashboard/main.ts")!;
  assertEquals(response.headers.get("content-type"), "text/javascript; charset=UTF-8");
  assert(!(await response!.text()).includes("import type"));
});

Deno.test("loadStaticFiles() answers 304 to the same ETag", () => {
  const etag = get("dashboard/base.css")!.headers.get("etag")!;
  const again = get("dashboard/base.css", { "if-none-match": etag })!;
  assertEquals([again.status, again.headers.get("etag")], [304, etag]);
  assertEquals(get("dashboard/base.css", { "if-none-match": `"other"` })!.status, 200);
});

Deno.test("loadStaticFiles() serves nothing that is not listed", () => {
  for (const path of ["serve.ts", "dashboard/../serve.ts", "server/app.ts", "dashboard/", ""]) {
    assertEquals(get(path), undefined);
  }
});

Deno.test("loadStaticFiles() serves every module that a served module imports", async () => {
  const wanted = ["dashboard/main.ts"];
  for (const path of wanted) {
    const response = get(path);
    assert(response, `${path} is imported by the page, but not served`);
    for (const [, specifier] of (await response!.text()).matchAll(/from "([^"]+)"/g)) {
      const target = new URL(specifier!, `file:///${path}`).pathname.slice(1);
      if (!wanted.includes(target)) wanted.push(target);
    }
  }
  assert(wanted.length > 5);
});
