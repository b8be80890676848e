import { assertEquals } from "@std/assert";
import { bearerOf } from "../../../runtime/auth/bearer.ts";

const of = (headers: Record<string, string>) => bearerOf(new Headers(headers));

Deno.test("bearerOf() reads the header, then an offered sub-protocol", () => {
  assertEquals(of({ authorization: "Bearer lsd_a-b" }), "lsd_a-b");
  assertEquals(of({ authorization: "bearer lsd_a" }), "lsd_a");
  const offered = { "sec-websocket-protocol": "lineside.v1, lineside.bearer.lsd_c" };
  assertEquals(of(offered), "lsd_c");
  assertEquals(of({ ...offered, authorization: "Bearer lsd_a" }), "lsd_a");
});

Deno.test("bearerOf() finds none in other schemes or without a token", () => {
  for (const authorization of ["", "Basic abc", "Bearer", "Bearer ", "Bearer a b"]) {
    assertEquals(of({ authorization }), undefined);
  }
  assertEquals(of({ "sec-websocket-protocol": "lineside.v1" }), undefined);
});
