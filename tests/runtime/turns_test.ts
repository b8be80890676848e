import { assertEquals, assertRejects } from "@std/assert";
import { createTurns } from "../../runtime/turns.ts";

Deno.test("createTurns() begins a piece of work when the one before has ended, even badly", async () => {
  const inTurn = createTurns();
  const seen: string[] = [];
  const first = Promise.withResolvers<void>();
  const works = [
    inTurn(async () => {
      seen.push("first begins");
      await first.promise;
      seen.push("first ends");
      throw new Error("first failed");
    }),
    inTurn(() => {
      seen.push("second begins");
      return Promise.resolve(2);
    }),
  ] as const;
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(seen, ["first begins"]);
  first.resolve();
  await assertRejects(() => works[0], Error, "first failed");
  assertEquals(await works[1], 2);
  assertEquals(seen, ["first begins", "first ends", "second begins"]);
});
