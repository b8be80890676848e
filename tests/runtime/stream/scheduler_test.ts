import { assertEquals } from "@std/assert";
import { createScheduler, type Source } from "../../../runtime/stream/scheduler.ts";
import { settled } from "../../helpers/fake_lane.ts";

function source(name: string, jobs: number, log: string[]): Source {
  return {
    get waiting() {
      return jobs > 0;
    },
    next() {
      if (jobs === 0) return undefined;
      jobs--;
      return async () => {
        await settled();
        log.push(name);
      };
    },
  };
}

Deno.test("createScheduler() lets sources take turns", async () => {
  const log: string[] = [];
  const scheduler = createScheduler(() => {});
  scheduler.ready(source("a", 3, log));
  scheduler.ready(source("b", 1, log));
  scheduler.ready(source("c", 2, log));
  await scheduler.idle();
  assertEquals(log.join(""), "abcaca");
});

Deno.test("createScheduler() gives a source that is always ready no second turn before the others", async () => {
  const order: string[] = [];
  const scheduler = createScheduler(() => {});
  const greedy: Source = {
    get waiting() {
      return order.length < 8;
    },
    next: () => () => {
      order.push("greedy");
      scheduler.ready(greedy);
      return settled();
    },
  };
  scheduler.ready(greedy);
  scheduler.ready(source("b", 3, order));
  await scheduler.idle();
  assertEquals(order.slice(0, 6), ["greedy", "b", "greedy", "b", "greedy", "b"]);
});

Deno.test("createScheduler() runs one job at a time", async () => {
  const scheduler = createScheduler(() => {});
  let running = 0;
  let most = 0;
  for (let index = 0; index < 3; index++) {
    scheduler.ready({
      waiting: false,
      next: () => async () => {
        most = Math.max(most, ++running);
        await settled();
        running--;
      },
    });
  }
  await scheduler.idle();
  assertEquals(most, 1);
});

Deno.test("createScheduler() reports a job that rejects and goes on", async () => {
  const log: string[] = [];
  const errors: unknown[] = [];
  const scheduler = createScheduler((error) => errors.push(error));
  scheduler.ready({ waiting: false, next: () => () => Promise.reject(new Error("boom")) });
  scheduler.ready(source("b", 1, log));
  await scheduler.idle();
  assertEquals([errors.length, log], [1, ["b"]]);
});
