// Whether values are still held by somebody, for tests of leaks.

import { delay } from "@std/async/delay";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc"); // for contexts that are made from now on
const gc: () => void = runInNewContext("gc");
const ROUNDS = 10;

/** How many values are still alive when all has been collected that can be. */
export async function countAlive(values: readonly WeakRef<object>[]): Promise<number> {
  for (let round = 0; round < ROUNDS; round++) {
    await delay(5); // a value stays until the end of the task that has looked at it
    gc();
  }
  return values.filter((value) => value.deref() !== undefined).length;
}
