import { assertEquals } from "@std/assert";
import { passOn, type PassOnOptions } from "../../../runtime/door/pass_on.ts";
import type { Side } from "../../../runtime/door/side.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";

/** A side whose peer is the test: `got` is what the peer was sent, `take` lets it be sent more. */
function fakeSide() {
  const got: number[] = [];
  const came: (Uint8Array | undefined | Error)[] = [];
  let wake = () => {};
  let blocked: PromiseWithResolvers<void> | undefined;
  let [reads, ended, destroyed] = [0, false, false];
  const say = (what: Uint8Array | undefined | Error) => {
    came.push(what);
    wake();
  };
  const side: Side = {
    address: "192.0.2.1",
    async read() {
      reads++;
      while (came.length === 0) await new Promise<void>((resolve) => wake = resolve);
      const next = came.shift();
      if (next instanceof Error) throw next;
      return next;
    },
    async write(bytes) {
      if (destroyed) throw new Error("destroyed");
      got.push(...bytes);
      await blocked?.promise;
    },
    end() {
      ended = true;
      return Promise.resolve();
    },
    destroy() {
      destroyed = true;
      say(new Error("destroyed"));
    },
  };
  return {
    ...{ side, got },
    look: () => ({ reads, ended, destroyed }),
    say: (...bytes: number[]) => say(new Uint8Array(bytes)),
    hangUp: () => say(undefined),
    breakDown: () => say(new Error("reset")),
    block: () => void (blocked = Promise.withResolvers()),
    take() {
      blocked?.resolve();
      blocked = undefined;
    },
  };
}

const REFUSED = 66;
const CLOSING = 67;
const settled = () => new Promise<void>((resolve) => setTimeout(resolve));

function stand() {
  const [clock, outer, inner] = [fakeClock(), fakeSide(), fakeSide()];
  let cuts = 0;
  const wire: PassOnOptions["wire"] = {
    fromClient: ([first]) => first === REFUSED ? 1002 : undefined,
    toClient: ([first]) => first === CLOSING,
    farewell: (code) => new Uint8Array([code - 1000]),
  };
  const passing = passOn(outer.side, inner.side, {
    ...{ wire, clock, readMs: 500, cut: () => void cuts++ },
  });
  return { clock, outer, inner, passing, cuts: () => cuts };
}

Deno.test("passOn() passes bytes both ways, and both ends, and cuts when both have ended", async () => {
  const { outer, inner, cuts } = stand();
  outer.say(1, 2);
  inner.say(3);
  await settled();
  assertEquals([inner.got, outer.got], [[1, 2], [3]]);
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

Deno.test("passOn() says goodbye to who breaks the rules, passes nothing on, and cuts in time", async () => {
  const { clock, outer, inner, cuts } = stand();
  outer.say(REFUSED);
  outer.say(1);
  await settled();
  assertEquals([outer.got, outer.look().ended], [[2], true]);
  assertEquals([inner.got, inner.look().destroyed, outer.look().reads], [[], true, 3]);
  clock.advance(1999);
  assertEquals(cuts(), 0);
  clock.advance(1);
  assertEquals(cuts(), 1);
});

Deno.test("passOn() cuts a client that does not answer a close, and lets it end in time", async () => {
  const { clock, outer, inner, cuts } = stand();
  inner.say(CLOSING);
  await settled();
  inner.breakDown();
  await settled();
  assertEquals([outer.got, cuts()], [[CLOSING], 0]);
  clock.advance(2000);
  assertEquals(cuts(), 1);
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
  assertEquals([cuts(), clock.pending], [0, 0]);
});

Deno.test("passOn() lets the client have the last answer of a server that is gone", async () => {
  const { clock, outer, inner, cuts } = stand();
  inner.side.end = () => Promise.reject(new Error("not connected"));
  outer.block();
  inner.say(CLOSING);
  await settled();
  outer.hangUp();
  await settled();
  assertEquals(cuts(), 0);
  outer.take();
  inner.breakDown();
  await settled();
  clock.advance(2000);
  assertEquals([outer.got, cuts() > 0], [[CLOSING], true]);
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
  outer.block();
  inner.say(CLOSING);
  await settled();
  assertEquals(clock.pending, 2);
  passing.stop();
  assertEquals(clock.pending, 0);
});

Deno.test("passOn() waits for nothing any more after stop(), whatever still comes", async () => {
  const { clock, outer, inner, passing } = stand();
  passing.stop();
  outer.block();
  inner.say(CLOSING);
  await settled();
  assertEquals(clock.pending, 0);
});
