import { assertEquals, assertRejects } from "@std/assert";
import { LaneError, openChannel } from "../../../runtime/engine/worker_channel.ts";

const limitMs = 10_000;

/** A Worker that runs `code`, which may use answer(id, value) and refuse(id, error). */
function workerOf(code: string): Worker {
  const source = `
    const answer = (id, value) => postMessage({ id, ok: true, value });
    const refuse = (id, error) => postMessage({ id, ok: false, error });
    onmessage = async ({ data }) => { ${code} };`;
  return new Worker(`data:text/javascript,${encodeURIComponent(source)}`, { type: "module" });
}

const closed = new LaneError("closed", "closed by the test");

Deno.test("call() pairs answers with requests, whatever their order", async () => {
  const channel = openChannel(
    workerOf(
      `if (data.n === 1) setTimeout(() => answer(data.id, 10), 30); else answer(data.id, 20)`,
    ),
    "a",
  );
  const answers = Promise.all([
    channel.call({ n: 1 }, { limitMs }),
    channel.call({ n: 2 }, { limitMs }),
  ]);
  assertEquals(channel.waiting, 2);
  assertEquals(await answers, [10, 20]);
  assertEquals(channel.waiting, 0);
  channel.end(closed);
});

Deno.test("call() rejects with the Worker's error and goes on", async () => {
  const channel = openChannel(
    workerOf(`data.n === 1
      ? refuse(data.id, { name: "FrameError", code: "empty", message: "no bytes" })
      : answer(data.id, "next")`),
    "a",
  );
  await assertRejects(() => channel.call({ n: 1 }, { limitMs }), Error, "no bytes");
  assertEquals(await channel.call({ n: 2 }, { limitMs }), "next");
  channel.end(closed);
});

Deno.test("call() moves what is transferred", async () => {
  const channel = openChannel(workerOf(`answer(data.id, data.bytes.length)`), "a");
  const bytes = new Uint8Array(100);
  const call = channel.call({ bytes }, { limitMs, transfer: [bytes.buffer] });
  assertEquals(bytes.length, 0);
  assertEquals(await call, 100);
  channel.end(closed);
});

Deno.test("a crash rejects all waiting calls and all later ones", async () => {
  const channel = openChannel(
    workerOf(`if (data.n === 2) throw new Error("out of luck")`),
    "b 1.0.0",
  );
  const calls = [1, 2, 3].map((n) => channel.call({ n }, { limitMs }));
  for (const result of await Promise.allSettled(calls)) {
    const { reason } = result as PromiseRejectedResult;
    assertEquals([reason.code, reason.message.includes("out of luck")], ["crashed", true]);
  }
  assertEquals(channel.ended?.code, "crashed");
  const error = await assertRejects(
    () => channel.call({ n: 4 }, { limitMs }),
    LaneError,
    "b 1.0.0",
  );
  assertEquals(error.code, "crashed");
});

Deno.test("a Worker without an answer is ended after the limit, with the caller's code", async () => {
  for (const limitCode of ["stalled", "start-timeout"] as const) {
    const channel = openChannel(workerOf(``), "a");
    const calls = [1, 2].map((n) => channel.call({ n }, { limitMs: 50, limitCode }));
    for (const call of calls) {
      assertEquals((await assertRejects(() => call, LaneError, "within 50 ms")).code, limitCode);
    }
  }
});

Deno.test("the limit counts from the last answer", async () => {
  const channel = openChannel(workerOf(`setTimeout(() => answer(data.id), 150 * data.n)`), "a");
  const calls = [1, 2, 3, 4].map((n) => channel.call({ n }, { limitMs: 500 }));
  await Promise.all(calls);
  channel.end(closed);
});

Deno.test("end() rejects waiting calls with its reason; only the first counts", async () => {
  const channel = openChannel(workerOf(``), "a");
  const call = channel.call({}, { limitMs });
  channel.end(closed);
  channel.end(new LaneError("crashed", "later"));
  assertEquals(await assertRejects(() => call, LaneError), closed);
  assertEquals(channel.ended, closed);
});

Deno.test("release() ends the channel and leaves the Worker to its next one", async () => {
  const worker = workerOf(`if (data.n !== 1) answer(data.id, "next")`);
  const first = openChannel(worker, "a");
  const call = first.call({ n: 1 }, { limitMs });
  first.release(closed);
  first.end(new LaneError("crashed", "later"));
  assertEquals(await assertRejects(() => call, LaneError), closed);
  assertEquals([first.ended, await first.whenEnded], [closed, closed]);
  const second = openChannel(worker, "b");
  assertEquals(await second.call({ n: 2 }, { limitMs }), "next");
  second.end(closed);
});
