// One end of a connection without a network: the test is the peer.

import type { Side } from "../../runtime/door/side.ts";

/** A side whose peer is the test: `got` is what the peer was sent, `take` lets it be sent more. */
export function fakeSide() {
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
