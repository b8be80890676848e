import { assertEquals } from "@std/assert";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { passOn, type PassOnOptions } from "../../../runtime/door/pass_on.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { until } from "../../helpers/served_app.ts";

/** A socket whose peer is the test: `said` is what it was sent, `take` lets it send more. */
function fakeSocket() {
  const said: number[] = [];
  let held: (() => void)[] = [];
  let takes = true;
  const socket = new Duplex({
    allowHalfOpen: true,
    highWaterMark: 4,
    read() {},
    write(chunk: Uint8Array, _encoding, done) {
      said.push(...chunk);
      if (takes) done();
      else held.push(() => done());
    },
  });
  return {
    socket: socket as unknown as Socket,
    said,
    /** A read of its own buffer, as sockets do it. */
    hear(...bytes: number[]) {
      const chunk = new Uint8Array(bytes);
      socket.push(chunk);
      return chunk;
    },
    hangUp: () => void socket.push(null),
    block: () => void (takes = false),
    take() {
      takes = true;
      const waiting = held;
      held = [];
      for (const done of waiting) done();
    },
  };
}

const REFUSED = 66;
const CLOSING = 67;

function stand() {
  const [clock, outer, inner] = [fakeClock(), fakeSocket(), fakeSocket()];
  let cuts = 0;
  const wire: PassOnOptions["wire"] = {
    fromClient: ([first]) => first === REFUSED ? 1002 : undefined,
    toClient: ([first]) => first === CLOSING,
    farewell: (code) => new Uint8Array([code - 1000]),
  };
  const passing = passOn(outer.socket, inner.socket, {
    ...{ wire, clock, readMs: 500, cut: () => void cuts++ },
  });
  return { clock, outer, inner, passing, cuts: () => cuts };
}

Deno.test("passOn() passes bytes both ways, and both ends", async () => {
  const { outer, inner, passing } = stand();
  outer.hear(1, 2);
  inner.hear(3);
  await until(() => inner.said.length === 2 && outer.said.length === 1);
  assertEquals([inner.said, outer.said, passing.ending], [[1, 2], [3], false]);
  outer.hangUp();
  await until(() => inner.socket.writableEnded);
  assertEquals([outer.socket.writableEnded, passing.ending], [false, false]);
  inner.hangUp();
  await until(() => outer.socket.writableEnded);
  assertEquals(passing.ending, true);
});

Deno.test("passOn() reads no more from the client than the server takes", async () => {
  const { outer, inner } = stand();
  inner.block();
  outer.hear(1, 2, 3, 4, 5);
  await until(() => outer.socket.isPaused());
  outer.hear(6);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(inner.said, [1, 2, 3, 4, 5]);
  inner.take();
  await until(() => inner.said.length === 6);
  assertEquals(outer.socket.isPaused(), false);
});

Deno.test("passOn() frees what it has passed on, and not before", async () => {
  const { outer, inner } = stand();
  inner.block();
  const chunk = outer.hear(1, 2, 3);
  await until(() => inner.said.length === 3);
  assertEquals(chunk.buffer.detached, false);
  inner.take();
  await until(() => chunk.buffer.detached);
});

Deno.test("passOn() leaves a buffer alone of which it got a part", async () => {
  const { outer, inner } = stand();
  const shared = new Uint8Array([0, 1, 2]);
  outer.socket.push(shared.subarray(1));
  await until(() => inner.said.length === 2);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals([...shared], [0, 1, 2]);
});

Deno.test("passOn() says goodbye to who breaks the rules, passes nothing on, and cuts in time", async () => {
  const { clock, outer, inner, passing, cuts } = stand();
  outer.hear(REFUSED);
  await until(() => outer.socket.writableEnded);
  assertEquals([outer.said, inner.said, inner.socket.destroyed], [[2], [], true]);
  outer.hear(1);
  await until(() => outer.socket.readableLength === 0);
  assertEquals([inner.said, passing.ending, cuts()], [[], true, 0]);
  clock.advance(1999);
  assertEquals(cuts(), 0);
  clock.advance(1);
  assertEquals(cuts(), 1);
});

Deno.test("passOn() cuts a client that does not answer a close", async () => {
  const { clock, outer, inner, cuts } = stand();
  inner.hear(CLOSING);
  await until(() => outer.said.length === 1);
  clock.advance(2000);
  assertEquals(cuts(), 1);
});

Deno.test("passOn() cuts a client that does not read, and not one that reads in time", async () => {
  const { clock, outer, inner, cuts } = stand();
  outer.block();
  inner.hear(1, 2, 3, 4, 5);
  await until(() => inner.socket.isPaused());
  clock.advance(499);
  outer.take();
  await until(() => !inner.socket.isPaused());
  clock.advance(1000);
  assertEquals(cuts(), 0);
  outer.block();
  inner.hear(1, 2, 3, 4, 5);
  await until(() => inner.socket.isPaused());
  clock.advance(500);
  assertEquals(cuts(), 1);
});

Deno.test("passOn() stop() ends all waits", async () => {
  const { clock, outer, inner, passing } = stand();
  outer.block();
  inner.hear(CLOSING, 2, 3, 4, 5);
  await until(() => clock.pending === 2);
  passing.stop();
  assertEquals(clock.pending, 0);
});
