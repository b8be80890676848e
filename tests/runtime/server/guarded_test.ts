import { assertEquals } from "@std/assert";
import { guardProblems, isDrained, isLimited } from "../../../runtime/server/guarded.ts";

Deno.test("guardProblems() asks nobody who looks whether the server lives", () => {
  assertEquals(guardProblems("GET", "/v2/health/ready"), []);
  assertEquals(guardProblems("GET", "/"), ["rate-limited", "draining"]);
  assertEquals(guardProblems("GET", "/metrics"), ["unauthorized", "forbidden", "rate-limited"]);
  assertEquals(guardProblems("POST", "/v1/models/{name}/segment"), [
    ...["unauthorized", "forbidden", "rate-limited", "draining"],
  ]);
});

Deno.test("isLimited() and isDrained() leave health alone", () => {
  for (const path of ["/healthz", "/readyz", "/v2/health/live", "/v2/health/ready"]) {
    assertEquals([isLimited(path), isDrained(path)], [false, false]);
  }
  assertEquals([isLimited("/metrics"), isDrained("/metrics")], [true, false]);
});
