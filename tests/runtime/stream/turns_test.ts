import { assert, assertEquals } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import {
  type Contender,
  createTurns,
  MAX_AHEAD,
  PATIENCE,
  type Priority,
} from "../../../runtime/stream/turns.ts";

interface Named extends Contender {
  readonly name: string;
  headMs: number | undefined;
}

const contender = (
  name: string,
  { headMs = 0, priority = "normal" as Priority, perishable = true } = {},
): Named => ({ name, headMs, priority, perishable });

/** Takes turns of contenders that always have a frame. */
function takeTurns(contenders: readonly Named[], count: number): string {
  const turns = createTurns<Named>();
  for (const one of contenders) turns.enter(one);
  return Array.from({ length: count }, () => {
    const next = turns.next(0, 10)!;
    turns.enter(next);
    return next.name;
  }).join("");
}

Deno.test("createTurns() goes round among equals", () => {
  assertEquals(takeTurns(["a", "b", "c"].map((name) => contender(name)), 7), "abcabca");
});

Deno.test("createTurns() gives all frames of one priority equal turns, however old", () => {
  const order = takeTurns([contender("a"), contender("b", { headMs: -1e6 })], 200);
  const ahead = order.split("a").length - order.split("b").length;
  assert(ahead > 0 && ahead <= MAX_AHEAD, `a is ${ahead} turns ahead`);
});

Deno.test("createTurns() takes the fresher frame first where age matters", () => {
  const turns = createTurns<Named>();
  const [old, fresh] = [contender("old", { headMs: 0 }), contender("fresh", { headMs: 90 })];
  turns.enter(old);
  turns.enter(fresh);
  assertEquals([turns.next(100, 10), turns.next(100, 10), turns.next(100, 10)], [
    fresh,
    old,
    undefined,
  ]);
});

Deno.test("createTurns() pays no heed to the age of frames that keep", () => {
  const kept = [0, 90].map((headMs) => contender(`${headMs}`, { headMs, perishable: false }));
  assertEquals(takeTurns(kept, 4), "0900900".slice(0, 6));
});

Deno.test("createTurns() puts higher priorities first and lets lower ones have 1 in 11", () => {
  const contenders = (["low", "high", "normal"] as const).map((priority) =>
    contender(priority[0]!, { priority })
  );
  const order = takeTurns(contenders, 1100);
  const count = (name: string) => order.split(name).length - 1;
  assertEquals(order.slice(0, PATIENCE + 1), `${"h".repeat(PATIENCE)}n`);
  for (const name of ["n", "l"]) {
    assert(count(name) >= 90 && count(name) <= 110, order.slice(0, 60));
  }
});

Deno.test("createTurns() gives one that was away no more than its credit at once", () => {
  const turns = createTurns<Named>();
  const busy = contender("busy", { perishable: false });
  const away = contender("away", { perishable: false });
  for (let turn = 0; turn < 50; turn++) {
    turns.enter(busy);
    turns.next(0, 10);
  }
  const order = Array.from({ length: 20 }, () => {
    turns.enter(busy);
    turns.enter(away);
    return turns.next(0, 10)!.name;
  });
  assertEquals(order.slice(0, MAX_AHEAD + 1), [...Array(MAX_AHEAD).fill("away"), "busy"]);
  assertEquals(order.slice(MAX_AHEAD).filter((name) => name === "away").length, 6);
});

Deno.test("createTurns() leaves out who has left", () => {
  const turns = createTurns<Named>();
  const [a, b] = [contender("a"), contender("b")];
  turns.enter(a);
  turns.enter(b);
  turns.leave(a);
  assertEquals([turns.next(0, 1), turns.next(0, 1)], [b, undefined]);
});

Deno.test("createTurns() keeps frames young and shares equal when 8 streams offer thrice the capacity", () => {
  const random = createRandom(3);
  const turns = createTurns<Named>();
  const streams = Array.from({ length: 8 }, (_, at) => contender(`${at}`));
  const due = streams.map(() => random.next() * 8 / 3);
  const shares = streams.map(() => 0);
  const ages: number[] = [];
  for (let now = 3; now < 5000; now++) { // a turn takes 1 ms
    streams.forEach((stream, at) => {
      while (due[at]! <= now) {
        stream.headMs = due[at]!;
        due[at]! += 8 / 3 * (0.9 + 0.2 * random.next());
        turns.enter(stream);
      }
    });
    const next = turns.next(now, 1)!;
    ages.push(now + 1 - next.headMs!);
    shares[streams.indexOf(next)]!++;
  }
  ages.sort((a, b) => a - b);
  assert(ages[Math.floor(0.99 * ages.length)]! <= 2.8);
  assert(Math.min(...shares) >= 0.98 * Math.max(...shares), shares.join());
});
