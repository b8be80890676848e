import { assertEquals, assertRejects } from "@std/assert";
import { createTurns } from "../../../../runtime/engine/webgpu/turns.ts";
import { settled } from "../../../helpers/fake_lane.ts";

/** A desk whose begins and ends wait until the test lets them go on. */
function desk(places: number) {
  const turns = createTurns(places);
  const log: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const gate = async (name: string) => {
    log.push(name);
    const own = Promise.withResolvers<void>();
    gates.set(name, own);
    await own.promise;
  };
  return {
    log,
    take: (name: string) =>
      turns.take(
        async (place) => {
          await gate(`begin ${name}${place}`);
          return name;
        },
        async (begun) => {
          await gate(`end ${begun}`);
          return begun;
        },
      ),
    async go(name: string, error?: Error) {
      if (error) gates.get(name)!.reject(error);
      else gates.get(name)!.resolve();
      await settled();
    },
  };
}

Deno.test("createTurns() lets one begin after the other, and the next begin before an end", async () => {
  const { log, take, go } = desk(2);
  const answers = ["a", "b"].map(take);
  await settled();
  assertEquals(log, ["begin a0"]);
  await go("begin a0");
  assertEquals(log, ["begin a0", "begin b1"]);
  await go("begin b1");
  assertEquals(log, ["begin a0", "begin b1", "end a"]);
  await go("end a");
  await go("end b");
  assertEquals(await Promise.all(answers), ["a", "b"]);
});

Deno.test("createTurns() ends at once when nobody is in line", async () => {
  const { log, take, go } = desk(2);
  const answer = take("a");
  await settled();
  await go("begin a0");
  assertEquals(log.at(-1), "end a");
  await go("end a");
  assertEquals(await answer, "a");
});

Deno.test("createTurns() has no more at work than places, and gives a place on before the next end", async () => {
  const { log, take, go } = desk(2);
  const answers = ["a", "b", "c"].map(take);
  await settled();
  await go("begin a0");
  await go("begin b1");
  assertEquals(log.at(-1), "end a");
  await go("end a");
  // c takes a's place, and begins before b is read.
  assertEquals(log.slice(3), ["begin c0"]);
  await go("begin c0");
  assertEquals(log.at(-1), "end b");
  await go("end b");
  await go("end c");
  assertEquals(await Promise.all(answers), ["a", "b", "c"]);
});

Deno.test("createTurns() gives the place of a failed turn on", async () => {
  const { log, take, go } = desk(1);
  const [a, b, c] = ["a", "b", "c"].map(take);
  const failures = [a!, b!].map((turn) => assertRejects(() => turn, Error, "no"));
  await settled();
  await go("begin a0", new Error("no"));
  await go("begin b0");
  await go("end b", new Error("no"));
  await Promise.all(failures);
  await go("begin c0");
  await go("end c");
  assertEquals([await c, log.length], ["c", 5]);
});
