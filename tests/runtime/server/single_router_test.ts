import { assertEquals, assertThrows } from "@std/assert";
import { UnavailableError } from "../../../runtime/server/model_service.ts";
import { createSingleRouter } from "../../../runtime/server/single_router.ts";
import { fakeDeployment, fakeLane } from "../../helpers/fake_lane.ts";

Deno.test("createSingleRouter() has as many slots as its deployment has open lanes", async () => {
  const router = createSingleRouter();
  assertEquals([router.slots, router.serving], [0, undefined]);
  assertThrows(() => router.pick(), UnavailableError);
  const lanes = [fakeLane(), fakeLane()];
  const deployment = fakeDeployment(lanes);
  router.attach(deployment);
  assertEquals([router.slots, router.pick()], [2, deployment]);
  await lanes[0]!.crash();
  assertEquals(router.slots, 1);
  await lanes[1]!.crash();
  assertThrows(() => router.pick(), UnavailableError);
});
