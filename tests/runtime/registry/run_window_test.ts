import { assertEquals } from "@std/assert";
import { createRunWindow } from "../../../runtime/registry/run_window.ts";

Deno.test("createRunWindow() sums frames and errors, and takes times by frame", () => {
  const window = createRunWindow();
  assertEquals(window.stats(), { frames: 0, errors: 0, medianMs: undefined, p99Ms: undefined });
  window.add(1, 0, 10);
  window.add(4, 1, 80);
  window.add(1, 0, 30);
  assertEquals(window.stats(), { frames: 6, errors: 1, medianMs: 20, p99Ms: 30 });
});

Deno.test("createRunWindow() takes no time from a batch that failed as a whole", () => {
  const window = createRunWindow();
  window.add(1, 0, 10);
  window.add(2, 2, 1);
  assertEquals(window.stats(), { frames: 3, errors: 2, medianMs: 10, p99Ms: 10 });
});

Deno.test("createRunWindow() keeps the last batches, reset() none", () => {
  const window = createRunWindow(2);
  for (const ms of [100, 1, 2]) window.add(1, ms === 100 ? 1 : 0, ms);
  assertEquals(window.stats(), { frames: 2, errors: 0, medianMs: 2, p99Ms: 2 });
  window.reset();
  assertEquals(window.stats().frames, 0);
});
