import { assertEquals, assertRejects } from "@std/assert";
import {
  type Candidate,
  chooseFastest,
  formatTrials,
  listCandidates,
} from "../../../runtime/engine/auto.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { LaneError } from "../../../runtime/engine/worker_channel.ts";

const webgpu: Candidate = { provider: "webgpu", variant: "fp32" };
const cpu: Candidate = { provider: "cpu", variant: "fp32" };
const wasm: Candidate = { provider: "wasm", variant: "fp32" };

/** Opens contenders that take the given time, or fail; keeps count of those not disposed. */
function bench(times: Partial<Record<string, number | Error>>) {
  const open = new Set<string>();
  return {
    open,
    start: ({ provider }: Candidate) => {
      const time = times[provider];
      if (time instanceof Error) return Promise.reject(time);
      open.add(provider);
      return Promise.resolve({
        provider,
        measure: () => Promise.resolve(time!),
        [Symbol.asyncDispose]() {
          open.delete(provider);
          return Promise.resolve();
        },
      });
    },
  };
}

Deno.test("chooseFastest() keeps the fastest open, wherever it stands, and disposes the others", async () => {
  for (const times of [{ cpu: 1, wasm: 2, webgpu: 3 }, { cpu: 3, wasm: 2, webgpu: 1 }]) {
    const { open, start } = bench(times);
    const { chosen, trials } = await chooseFastest([cpu, wasm, webgpu], start);
    const fastest = times.cpu === 1 ? "cpu" : "webgpu";
    assertEquals([...open], [fastest]);
    assertEquals(chosen?.provider, fastest);
    assertEquals(trials.filter(({ result }) => result === "chosen").length, 1);
  }
});

Deno.test("chooseFastest() goes on after a failure and keeps the reason", async () => {
  const { start } = bench({
    webgpu: new ProviderError("golden", "differs by 0.1"),
    cpu: new LaneError("start-timeout", "too slow"),
    wasm: 9,
  });
  const { chosen, trials } = await chooseFastest([webgpu, cpu, wasm], start);
  assertEquals(chosen?.provider, "wasm");
  assertEquals(trials.map(({ result }) => result), ["differs by 0.1", "too slow", "chosen"]);
});

Deno.test("chooseFastest() tries a provider no further once it has hung", async () => {
  for (const code of ["start-timeout", "stalled"] as const) {
    const { start } = bench({ wasm: new LaneError(code, "no answer"), cpu: 4 });
    const { chosen, trials } = await chooseFastest(
      [wasm, { ...wasm, variant: "int8" }, cpu],
      start,
    );
    assertEquals(chosen?.provider, "cpu");
    const results = trials.map(({ result }) => result);
    assertEquals(results, ["no answer", "not tried: this provider hangs", "chosen"]);
  }
});

Deno.test("chooseFastest() tries the next variant of a provider that failed at once", async () => {
  const { start } = bench({ wasm: new ProviderError("golden", "differs by 0.1"), cpu: 4 });
  const { trials } = await chooseFastest([wasm, { ...wasm, variant: "int8" }, cpu], start);
  assertEquals(trials.map(({ result }) => result), ["differs by 0.1", "differs by 0.1", "chosen"]);
});

Deno.test("chooseFastest() does not open what is to be skipped", async () => {
  const { start } = bench({ webgpu: new Error("opened"), cpu: 5 });
  const { trials } = await chooseFastest([{ ...webgpu, skip: "software GPU" }, cpu], start);
  assertEquals(trials.map(({ result }) => result), ["software GPU", "chosen"]);
});

Deno.test("chooseFastest() returns nothing when all fail", async () => {
  const { start } = bench({ cpu: new ProviderError("missing", "not installed") });
  const { chosen } = await chooseFastest([cpu], start);
  assertEquals(chosen, undefined);
});

Deno.test("chooseFastest() disposes the best so far when the package itself is refused", async () => {
  const { open, start } = bench({ cpu: 1, wasm: new TypeError("bad card") });
  await assertRejects(() => chooseFastest([cpu, wasm], start), TypeError, "bad card");
  assertEquals(open.size, 0);
});

Deno.test("listCandidates() tries the variants that suit a provider", () => {
  const names = (...variants: ("fp32" | "fp16" | "int8")[]) =>
    listCandidates(variants, {}).map(({ provider, variant }) => `${provider} ${variant}`);
  assertEquals(names("fp32"), ["webgpu fp32", "cuda fp32", "cpu fp32", "wasm fp32"]);
  assertEquals(names("fp32", "fp16", "int8"), [
    "webgpu fp16",
    "webgpu fp32",
    "cuda fp16",
    "cuda fp32",
    "cpu int8",
    "cpu fp32",
    "wasm int8",
    "wasm fp32",
  ]);
});

Deno.test("formatTrials() prints one aligned line per candidate", () => {
  const text = formatTrials([
    { candidate: webgpu, result: "software GPU" },
    { candidate: cpu, medianMs: 12.34, result: "chosen" },
  ]);
  assertEquals(text.split("\n"), [
    "provider  variant  median ms  result",
    "webgpu    fp32             –  software GPU",
    "cpu       fp32          12.3  chosen",
  ]);
});
