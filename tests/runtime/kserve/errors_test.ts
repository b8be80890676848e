import { assertEquals } from "@std/assert";
import { KSERVE_ERRORS } from "../../../runtime/kserve/errors.ts";

Deno.test("KSERVE_ERRORS tells the detail under the problem's status", async () => {
  const headers = { allow: "GET" };
  const response = KSERVE_ERRORS.respond({ code: "method-not-allowed", detail: "no", headers });
  assertEquals([response.status, await response.json()], [405, { error: "no" }]);
  assertEquals(response.headers.get("allow"), "GET");
});
