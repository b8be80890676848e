import { assertEquals } from "@std/assert";
import { testApp } from "../../helpers/test_app.ts";

Deno.test("withOpenApi() serves the document, itself in it, with an ETag", async () => {
  const { app } = testApp();
  const response = await app.request("/openapi.json");
  const document = await response.json();
  assertEquals([document.openapi, typeof document.paths["/openapi.json"].get], ["3.1.1", "object"]);
  const headers = { "if-none-match": response.headers.get("etag")! };
  assertEquals((await app.request("/openapi.json", { headers })).status, 304);
});
