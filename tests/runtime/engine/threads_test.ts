import { assertEquals } from "@std/assert";
import { defaultThreads } from "../../../runtime/engine/threads.ts";

Deno.test("defaultThreads() is the number of cores, from 1 to 8", () => {
  assertEquals([0, 1, 2, 8, 64].map((cores) => defaultThreads(cores)), [1, 1, 2, 8, 8]);
});
