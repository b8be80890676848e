import { assertEquals } from "@std/assert";
import type { ModelService, ServiceState } from "../../../runtime/server/model_service.ts";
import { readyResponse } from "../../../runtime/server/readiness.ts";
import { FAKE_CARD } from "../../helpers/fake_lane.ts";

const serviceThatIs = (state: ServiceState) =>
  ({ card: FAKE_CARD, state: () => state }) as unknown as ModelService;

Deno.test("readyResponse() is 200 only when all models are ready and nothing stops", async () => {
  for (const state of ["loading", "failed", "stopping"] as const) {
    const response = readyResponse([serviceThatIs("ready"), serviceThatIs(state)], false);
    assertEquals(response.status, 503);
    assertEquals(response.headers.get("content-type"), "application/problem+json");
    const { code, models } = await response.json();
    assertEquals([code, models[0].state, models[0].reason, models[1].state], [
      ...["not-ready", "ready", undefined, state],
    ]);
    assertEquals(typeof models[1].reason, "string");
  }
  const ready = readyResponse([serviceThatIs("ready")], false);
  assertEquals([ready.status, (await ready.json()).models.length], [200, 1]);
  const draining = readyResponse([serviceThatIs("ready")], true);
  assertEquals([draining.status, (await draining.json()).code], [503, "draining"]);
});
