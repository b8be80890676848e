import { assertEquals, assertThrows } from "@std/assert";
import { HttpProblem } from "../../../runtime/server/problem.ts";
import { tensorFromBytes, tensorFromJson } from "../../../runtime/kserve/tensor.ts";

const SHAPE = [2, 1, 1, 3];

Deno.test("tensorFromJson() takes flat and nested values alike", () => {
  const flat = [1, 2, 3, 4.5, -5, 6e3];
  assertEquals([...tensorFromJson("x", flat, SHAPE)], flat);
  assertEquals([...tensorFromJson("x", [[[[1, 2, 3]]], [[[4.5, -5, 6e3]]]], SHAPE)], flat);
});

Deno.test("tensorFromJson() refuses values that do not fill the shape", () => {
  const cases: [unknown, string][] = [
    [undefined, "has no data"],
    ["text", "has no data"],
    [[], "has 0 entries where its shape needs 6"],
    [[1, 2, 3, 4, 5], "has 5 entries"],
    [[1, 2, 3, 4, 5, 6, 7], "has 7 entries"],
    [[1, 2, 3, 4, 5, "6"], "has a value that is no number at 5"],
    [[1, 2, 3, null, 5, 6], "has a value that is no number at 3"],
    [[[[[1, 2, 3]]]], "has 1 entries where its shape needs 2"],
    [[[[[1, 2, 3]]], [[[1, 2]]]], "has 2 entries where its shape needs 3"],
    [[[[[1, 2, 3]]], [[[1, [2], 3]]]], "has a value that is no number at 4"],
    [[[[[1, 2, 3]]], 4], "has no array where its shape needs 1"],
  ];
  for (const [data, message] of cases) {
    assertThrows(() => tensorFromJson("x", data, SHAPE), Error, `Input "x" ${message}`);
  }
});

Deno.test("tensorFromBytes() copies from any offset", () => {
  const bytes = new Uint8Array(9);
  new DataView(bytes.buffer).setFloat32(1, 1.5, true);
  new DataView(bytes.buffer).setFloat32(5, -2, true);
  const values = tensorFromBytes("x", bytes.subarray(1));
  assertEquals([[...values], values.buffer.byteLength], [[1.5, -2], 8]);
});

Deno.test("tensorFromJson() and tensorFromBytes() refuse what is no finite float32", () => {
  const json = (value: number) => tensorFromJson("x", [0, 1, value, 3, 4, 5], SHAPE);
  const bytes = (value: number) =>
    tensorFromBytes("x", new Uint8Array(Float32Array.of(0, 1, value).buffer));
  for (const value of [NaN, Infinity, -Infinity, 1e39, -1e39]) {
    for (const read of [json, bytes]) {
      const message = `Input "x" has a value at 2 that is not finite as FP32`;
      assertEquals(assertThrows(() => read(value), HttpProblem, message).code, "bad-request");
    }
  }
  const largest = 3.4028234663852886e38;
  assertEquals([json(largest)[2], bytes(-largest)[2]], [largest, -largest]);
});
