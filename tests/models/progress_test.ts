import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { progressBar } from "../../models/progress.ts";

/** An output that keeps what is written, and a clock that the test moves. */
function fakeOutput(terminal: boolean) {
  const fake = {
    text: "",
    nowMs: 1000,
    out: {
      isTerminal: () => terminal,
      writeSync(bytes: Uint8Array) {
        fake.text += new TextDecoder().decode(bytes);
        return bytes.length;
      },
    },
    clock: () => fake.nowMs,
  };
  return fake;
}

Deno.test("progressBar() redraws one line on a terminal, at most ten times a second", () => {
  const fake = fakeOutput(true);
  {
    using bar = progressBar({ label: "train", total: 100, ...fake });
    for (let done = 1; done <= 50; done++) {
      fake.nowMs += 20;
      bar.update(done, `loss ${done}`);
    }
  }
  const draws = fake.text.split("\r").slice(1);
  assert(draws.length >= 10 && draws.length <= 12, `${draws.length} draws in a second`);
  assertEquals(
    draws.at(-1),
    "train ████████████░░░░░░░░░░░░  50% 50/100 steps 50.0/s 0:01 left loss 50\x1b[K\n",
  );
});

Deno.test("progressBar() prints a plain line every five seconds elsewhere", () => {
  const fake = fakeOutput(false);
  {
    using bar = progressBar({ label: "test", total: 20_000, unit: "images", ...fake });
    for (let i = 0; i < 12_000; i++) {
      fake.nowMs += 1;
      bar.tick();
    }
  }
  assertEquals(fake.text.split("\n"), [
    "test   0% 1/20000 images 1000/s 0:20 left",
    "test  25% 5001/20000 images 1000/s 0:15 left",
    "test  50% 10001/20000 images 1000/s 0:10 left",
    "test  60% 12000/20000 images 1000/s 0:08 left",
    "",
  ]);
});

Deno.test("progressBar() does not count for the rate what an earlier run did", () => {
  const fake = fakeOutput(false);
  using bar = progressBar({ label: "train", total: 9000, done: 5000, ...fake });
  fake.nowMs += 1000;
  bar.update(5001);
  assertStringIncludes(fake.text, "5001/9000 steps 1.00/s 1:06:39 left");
});

Deno.test("progressBar() says how long it took and prints nothing after its end", () => {
  const fake = fakeOutput(false);
  const bar = progressBar({ label: "test", total: 2, ...fake });
  fake.nowMs += 61_000;
  bar.update(2);
  bar[Symbol.dispose]();
  const { text } = fake;
  assertStringIncludes(text, "test 100% 2/2 steps 0.0328/s in 1:01\n");
  fake.nowMs += 10_000;
  bar.update(3);
  bar[Symbol.dispose]();
  assertEquals(fake.text, text);
});

Deno.test("progressBar() copes with no work at all", () => {
  const fake = fakeOutput(true);
  progressBar({ label: "test", total: 0, ...fake })[Symbol.dispose]();
  assertStringIncludes(fake.text, "100% 0/0 steps 0.00/s in 0:00");
});
