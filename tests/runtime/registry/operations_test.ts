import { assertEquals, assertRejects } from "@std/assert";
import { RegistryError } from "../../../runtime/registry/errors.ts";
import { createOperations } from "../../../runtime/registry/operations.ts";
import { settled } from "../../helpers/fake_lane.ts";

Deno.test("run() performs operations one after the other, whatever becomes of each", async () => {
  const operations = createOperations(8);
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = operations.run(async () => {
    log.push("first starts");
    await gate.promise;
    log.push("first ends");
    throw new Error("no");
  });
  const second = operations.run(() => Promise.resolve(log.push("second")));
  await settled();
  assertEquals(log, ["first starts"]);
  gate.resolve();
  await assertRejects(() => first, Error, "no");
  assertEquals(await second, 3);
});

Deno.test("run() refuses more than may wait, and takes more when some have ended", async () => {
  const operations = createOperations(2);
  const gate = Promise.withResolvers<void>();
  const open = [1, 2, 3].map(() => operations.run(() => gate.promise));
  const error = await assertRejects(() => operations.run(() => gate.promise), RegistryError);
  assertEquals(error.code, "too-many-operations");
  let idle = false;
  const ended = operations.idle().then(() => idle = true);
  await settled();
  assertEquals(idle, false);
  gate.resolve();
  await Promise.all(open);
  await ended;
  assertEquals(await operations.run(() => Promise.resolve(5)), 5);
});
