import { assertEquals } from "@std/assert";
import { measure } from "../../../runtime/metrics/measure.ts";
import { observers, type RequestEvent } from "../../../runtime/metrics/observer.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { testApp } from "../../helpers/test_app.ts";

Deno.test("measure() tells of every answer by its route's pattern, refusals too", async () => {
  const seen: Omit<RequestEvent, "ms">[] = [];
  const onRequest = ({ ms: _, ...event }: RequestEvent) => void seen.push(event);
  const watch = observers([{ onRequest }], console.error);
  const { app } = testApp({}, undefined, { middleware: [measure(watch, fakeClock())] });
  await app.request("/v1/models/unet-small");
  await app.request("/v1/models/none/segment", { method: "POST" });
  await app.request("/v1/models/unet-small/segment");
  await app.request("/v2/models/stats");
  await app.request("/v2/models/stats", { method: "POST" });
  await app.request("/a/b/c");
  await app.request("/healthz", { method: "BREW" });
  assertEquals(seen, [
    { method: "GET", route: "/v1/models/:name", status: 200 },
    { method: "POST", route: "/v1/models/:name/segment", status: 404 },
    { method: "GET", route: "/v1/models/:name/segment", status: 405 },
    { method: "GET", route: "/v2/models/stats", status: 200 },
    { method: "POST", route: "/v2/models/stats", status: 405 },
    { method: "GET", route: "none", status: 404 },
    { method: "other", route: "/healthz", status: 405 },
  ]);
});
