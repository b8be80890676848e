import { assertEquals } from "@std/assert";
import { createDrifts } from "../../../runtime/metrics/drifts.ts";

const ONE = { name: "bolt", version: "1.0.0" };
const TWO = { name: "bolt", version: "1.1.0" };

function bench() {
  const cards = new Map<string, readonly number[]>([["1.0.0", [50, 50]], ["1.1.0", [0, 100]]]);
  const drifts = createDrifts((_, version) => cards.get(version));
  const fill = (of: typeof ONE, count = 100) => {
    for (let n = 0; n < count; n++) drifts.add(of, 0.9);
  };
  const above = (...inMemory: (typeof ONE)[]) =>
    drifts.indices(inMemory).map(({ version, index }) => [version, index > 0.25]);
  return { cards, fill, above };
}

Deno.test("createDrifts() holds each version against its own card", () => {
  const { cards, fill, above } = bench();
  fill(ONE);
  fill(TWO);
  assertEquals(above(ONE, TWO), [["1.0.0", true], ["1.1.0", false]]);
  cards.delete("1.1.0"); // its card has no scores now
  fill(TWO);
  assertEquals(above(ONE, TWO), [["1.0.0", true]]);
});

Deno.test("createDrifts() forgets what is not in memory, and begins anew when it comes back", () => {
  const { fill, above } = bench();
  fill(ONE);
  fill(TWO);
  assertEquals([above(TWO), above(ONE, TWO)], [[["1.1.0", false]], [["1.1.0", false]]]);
  fill(ONE, 99);
  assertEquals(above(ONE), []);
});

Deno.test("createDrifts() begins anew with another card", () => {
  const { cards, fill, above } = bench();
  fill(ONE);
  cards.set("1.0.0", [0, 100]);
  fill(ONE, 99);
  assertEquals(above(ONE), []);
  fill(ONE, 1);
  assertEquals(above(ONE), [["1.0.0", false]]);
});
