import { assertRejects } from "@std/assert";
import { within } from "../../../runtime/server/within.ts";

Deno.test("within() waits for the promise or for the time, and passes errors on", async () => {
  await within(60_000, Promise.resolve());
  await within(1, new Promise(() => {}));
  await assertRejects(() => within(60_000, Promise.reject(new Error("boom"))), Error, "boom");
});
