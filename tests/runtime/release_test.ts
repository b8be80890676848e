import { assertEquals } from "@std/assert";
import { release } from "../../runtime/release.ts";

Deno.test("release() frees a buffer, once", () => {
  const bytes = new Uint8Array(new ArrayBuffer(100), 24);
  release(bytes.buffer);
  assertEquals([bytes.length, bytes.buffer.detached], [0, true]);
  release(bytes.buffer);
});

Deno.test("release() leaves shared memory alone", () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(8));
  release(bytes.buffer);
  assertEquals(bytes.length, 8);
});
