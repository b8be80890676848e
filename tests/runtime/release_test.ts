import { assertEquals } from "@std/assert";
import { release } from "../../runtime/release.ts";

Deno.test("release() frees the buffer under a view, once", () => {
  const bytes = new Uint8Array(new ArrayBuffer(100), 24);
  release(bytes);
  assertEquals([bytes.length, bytes.buffer.detached], [0, true]);
  release(bytes);
});

Deno.test("release() leaves shared memory alone", () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(8));
  release(bytes);
  assertEquals(bytes.length, 8);
});
