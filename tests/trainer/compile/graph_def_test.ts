// Bytes are those of the encoding guide, field numbers those of TensorFlow's proto files. That TensorFlow reads them is tested where
// graphs run.

import { assertEquals } from "@std/assert";
import { attribute, savedModel } from "../../../trainer/compile/graph_def.ts";

const FLOAT = 1;

Deno.test("attributes are written under the fields of their kinds", () => {
  assertEquals(attribute.type(FLOAT).toHex(), "3001");
  assertEquals(attribute.int(-1).toHex(), "18ffffffffffffffffff01");
  assertEquals(attribute.bool(true).toHex(), "2801");
  assertEquals(attribute.string("NHWC").toHex(), "12044e485743");
  assertEquals(attribute.ints([1, 2]).toHex(), "0a0418011802");
  assertEquals(attribute.shape([2]).toHex(), "3a0412020802");
});

Deno.test("a tensor is written as its bytes, or as one number where all are alike", () => {
  const hex = (...values: number[]) =>
    attribute.tensor(FLOAT, [values.length], Float32Array.from(values)).toHex();
  assertEquals(hex(1, 2), "4212" + "0801" + "120412020802" + "22080000803f00000040");
  assertEquals(hex(1, 1), "420d" + "0801" + "120412020802" + "2d0000803f");
});

Deno.test("savedModel() holds its nodes once, each with its inputs", () => {
  const bytes = savedModel([
    { name: "x", op: "Placeholder", inputs: [], attributes: { dtype: attribute.type(FLOAT) } },
    { name: "y", op: "Neg", inputs: ["x:0"], attributes: { T: attribute.type(FLOAT) } },
  ]);
  const text = new TextDecoder("latin1").decode(bytes);
  for (const part of ["Placeholder", "Neg", "x:0", "serve"]) {
    assertEquals(text.split(part).length, 2, part);
  }
});
