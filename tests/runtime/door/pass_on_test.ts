import { assertEquals, assertRejects } from "@std/assert";
import { passOn } from "../../../runtime/door/pass_on.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { fakeSide } from "../../helpers/fake_side.ts";

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));

function stand() {
  const [clock, outer, inner] = [fakeClock(), fakeSide(), fakeSide()];
  let cuts = 0;
  const seen: number[] = [];
  let answers = 0;
  const passing = passOn(outer.side, inner.side, {
    ...{ clock, readMs: 500, cut: () => void cuts++ },
    fromClient: (bytes) => void seen.push(...bytes),
    toClient: () => void answers++,
  });
  return { clock, outer, inner, passing, seen, cuts: () => cuts, answers: () => answers };
}

Deno.test("passOn() passes bytes both ways, and both ends, and cuts when both have ended", async () => {
  const { outer, inner, seen, cuts, answers } = stand();
  outer.say(1, 2);
  inner.say(3);
  await settled();
  assertEquals([inner.got, seen, outer.got, answers()], [[1, 2], [1, 2], [3], 1]);
  outer.hangUp();
  await settled();
  assertEquals([inner.look().ended, outer.look().ended, cuts()], [true, false, 0]);
  inner.say(4);
  inner.hangUp();
  await settled();
  assertEquals([outer.got, outer.look().ended, cuts()], [[3, 4], true, 1]);
});

Deno.test("passOn() reads no more than the other side takes", async () => {
  const { outer, inner } = stand();
  inner.block();
  outer.say(1);
  outer.say(2);
  await settled();
  assertEquals([inner.got, outer.look().reads], [[1], 1]);
  inner.take();
  await settled();
  assertEquals([inner.got, outer.look().reads], [[1, 2], 3]);
});

Deno.test("passOn() cuts a client that does not end when the server has", async () => {
  const { clock, outer, inner, cuts } = stand();
  inner.hangUp();
  await settled();
  assertEquals([outer.look().ended, cuts()], [true, 0]);
  clock.advance(2000);
  assertEquals(cuts(), 1);
});

Deno.test("passOn() cuts a client that does not read, and not one that reads in time", async () => {
  const { clock, outer, inner, cuts } = stand();
  outer.block();
  inner.say(1);
  await settled();
  clock.advance(499);
  outer.take();
  await settled();
  clock.advance(1000);
  assertEquals(cuts(), 0);
  outer.block();
  inner.say(2);
  await settled();
  clock.advance(500);
  assertEquals(cuts(), 1);
});

Deno.test("passOn() gives a client its time anew for each piece of a long answer", async () => {
  const { clock, outer, inner, cuts } = stand();
  outer.block();
  inner.say(...new Uint8Array(40 * 1024));
  for (const taken of [16, 32, 40]) {
    await settled();
    assertEquals(outer.got.length, taken * 1024);
    clock.advance(400);
    outer.take();
    if (taken < 40) outer.block();
  }
  await settled();
  clock.advance(400);
  assertEquals([cuts(), clock.pending], [0, 0]);
});

Deno.test("passOn() cuts when a side breaks, and when the server takes no more", async () => {
  const breaks = [
    ({ outer }: ReturnType<typeof stand>) => outer.breakDown(),
    ({ inner }: ReturnType<typeof stand>) => inner.breakDown(),
    ({ outer, inner }: ReturnType<typeof stand>) => {
      inner.side.write = () => Promise.reject(new Error("broken pipe"));
      outer.say(1);
    },
  ];
  for (const happen of breaks) {
    const stood = stand();
    await settled();
    assertEquals(stood.cuts(), 0);
    happen(stood);
    await settled();
    assertEquals(stood.cuts(), 1, String(happen));
  }
});

Deno.test("passOn() stop() ends all waits", async () => {
  const { clock, outer, inner, passing } = stand();
  inner.hangUp();
  await settled();
  outer.block();
  assertEquals(clock.pending, 1);
  passing.stop();
  assertEquals(clock.pending, 0);
});

Deno.test("passOn() waits for nothing any more after stop(), whatever still comes", async () => {
  const { clock, outer, inner, passing } = stand();
  passing.stop();
  outer.block();
  inner.say(1);
  await settled();
  assertEquals(clock.pending, 0);
});

Deno.test("passOn() handOver() gives the client away, with what it says next", async () => {
  const { outer, inner, passing, cuts, seen } = stand();
  outer.say(1);
  await settled();
  const next = passing.handOver();
  await settled();
  assertEquals([inner.look().destroyed, outer.look().ended, cuts()], [true, false, 0]);
  outer.say(2, 3);
  assertEquals(await next, new Uint8Array([2, 3]));
  outer.hangUp();
  await settled();
  assertEquals([inner.got, seen, outer.look(), cuts()], [
    [1],
    [1],
    { reads: 2, ended: false, destroyed: false },
    0,
  ]);
});

Deno.test("passOn() handOver() tells of a client that has ended, or breaks", async () => {
  for (const early of [true, false]) {
    const { outer, passing } = stand();
    if (early) outer.hangUp();
    await settled();
    const next = passing.handOver();
    if (!early) outer.hangUp();
    assertEquals(await next, undefined);
  }
  const { outer, passing, cuts } = stand();
  const next = passing.handOver();
  outer.breakDown();
  await assertRejects(() => next, Error, "reset");
  assertEquals(cuts(), 0);
});
