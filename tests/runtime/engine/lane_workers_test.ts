import { assertEquals } from "@std/assert";
import { createLaneWorkers, OWN_WORKERS } from "../../../runtime/engine/lane_workers.ts";
import { until } from "../../helpers/served_app.ts";

/** Workers that tell when they are ended, and those that have been. */
function bench(most: number, code = "") {
  const ended: Worker[] = [];
  const workers = createLaneWorkers(most, () => {
    const worker = new Worker(`data:text/javascript,${encodeURIComponent(code)}`, {
      type: "module",
    });
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      ended.push(worker);
      terminate();
    };
    return worker;
  });
  return { workers, ended };
}

Deno.test("take() gives a Worker that was given back", () => {
  const { workers, ended } = bench(1);
  const first = workers.take();
  workers.give(first);
  assertEquals([workers.spare, ended], [1, []]);
  assertEquals([workers.take() === first, workers.spare], [true, 0]);
  assertEquals(workers.take() === first, false);
  workers[Symbol.dispose]();
});

Deno.test("give() ends Workers above the bound", () => {
  const { workers, ended } = bench(1);
  const [first, second] = [workers.take(), workers.take()];
  workers.give(first);
  workers.give(second);
  assertEquals([workers.spare, ended], [1, [second]]);
  workers[Symbol.dispose]();
});

Deno.test("give() lets go of a Worker that crashes while it is spare", async () => {
  const { workers, ended } = bench(2, `onmessage = () => { throw new Error("out of luck"); };`);
  const [first, second] = [workers.take(), workers.take()];
  workers.give(first);
  workers.give(second);
  first.postMessage(1);
  await until(() => workers.spare === 1);
  assertEquals([ended, workers.take() === second], [[first], true]);
  second.terminate();
});

Deno.test("[Symbol.dispose]() ends what is spare, and what is given later", () => {
  const { workers, ended } = bench(2);
  const [first, second] = [workers.take(), workers.take()];
  workers.give(first);
  workers[Symbol.dispose]();
  workers.give(second);
  assertEquals([workers.spare, ended], [0, [first, second]]);
});

Deno.test("OWN_WORKERS keeps none", () => {
  OWN_WORKERS.give(OWN_WORKERS.take());
  assertEquals(OWN_WORKERS.spare, 0);
});
