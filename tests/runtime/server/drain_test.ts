import { assertEquals } from "@std/assert";
import { createDrain } from "../../../runtime/server/drain.ts";
import { readProblem, testApp } from "../../helpers/test_app.ts";

Deno.test("createDrain() says first that it will stop, then refuses all but looks", async () => {
  const drain = createDrain();
  const { app } = testApp({}, undefined, { drain, middleware: [drain.middleware] });
  const status = async (path: string) => (await app.request(path)).status;
  assertEquals([await status("/readyz"), await status("/v1/models")], [200, 200]);
  drain.announce();
  assertEquals([await status("/readyz"), await status("/v1/models")], [503, 200]);
  drain.refuse();
  const refused = await app.request("/v1/models");
  assertEquals(refused.headers.get("connection"), "close");
  assertEquals((await readProblem(refused)).code, "draining");
  assertEquals([await status("/healthz"), await status("/metrics")], [200, 200]);
});
