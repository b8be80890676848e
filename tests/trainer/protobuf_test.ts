// Expected bytes are those of the encoding guide: https://protobuf.dev/programming-guides/encoding/

import { assertEquals, assertThrows } from "@std/assert";
import {
  bytesField,
  doubleField,
  floatField,
  integerField,
  message,
} from "../../trainer/protobuf.ts";

Deno.test("integerField() writes seven bits a byte, lowest first", () => {
  assertEquals(integerField(1, 150).toHex(), "089601");
  assertEquals(integerField(1, 0).toHex(), "0800");
  assertEquals(integerField(2, 127).toHex(), "107f");
  assertEquals(integerField(16, 1).toHex(), "800101");
  assertEquals(integerField(1, 2 ** 40).toHex(), "08808080808020");
  assertEquals(integerField(1, Number.MAX_SAFE_INTEGER).toHex(), "08ffffffffffffff0f");
  assertEquals(integerField(1, -2).toHex(), "08feffffffffffffffff01");
});

Deno.test("integerField() refuses what is not a whole number", () => {
  for (const value of [0.5, NaN, 2 ** 53]) {
    assertThrows(() => integerField(1, value), RangeError, `Cannot encode ${value}`);
  }
});

Deno.test("bytesField() writes length and bytes, texts in UTF-8", () => {
  assertEquals(bytesField(2, "testing").toHex(), "120774657374696e67");
  assertEquals(bytesField(3, Uint8Array.of(8, 150, 1)).toHex(), "1a03089601");
  assertEquals(bytesField(1, "ö").toHex(), "0a02c3b6");
});

Deno.test("doubleField() and floatField() write little endian", () => {
  assertEquals(doubleField(1, 1).toHex(), "09000000000000f03f");
  assertEquals(floatField(2, 1).toHex(), "150000803f");
});

Deno.test("message() puts fields one after another", () => {
  assertEquals(message(integerField(1, 1), integerField(2, 2)).toHex(), "08011002");
});
