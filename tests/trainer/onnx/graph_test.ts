import { assertEquals, assertThrows } from "@std/assert";
import {
  floats,
  type Initializer,
  type Node,
  usedInitializers,
} from "../../../trainer/onnx/graph.ts";

Deno.test("usedInitializers() keeps what some node reads, in order", () => {
  const node = (...inputs: string[]): Node => ({
    name: inputs.join(),
    op: "Sum",
    inputs,
    outputs: [],
    attributes: {},
  });
  const tensor = (value: number) => ({ shape: [1], data: Float32Array.of(value) });
  const initializers = new Map([["a", tensor(1)], ["b", tensor(2)], ["c", tensor(3)]]);
  const used = usedInitializers([node("image", "c"), node("c", "a")], initializers);
  assertEquals([...used], [["a", tensor(1)], ["c", tensor(3)]]);
});

Deno.test("floats() gives a weight, and says which is none", () => {
  const weight = { shape: [2], data: Float32Array.of(1, 2) };
  const sizes = { shape: [1], data: BigInt64Array.of(7n) };
  const initializers = new Map<string, Initializer>([["w", weight], ["sizes", sizes]]);
  assertEquals(floats(initializers, "w"), weight);
  for (const name of ["sizes", "v"]) {
    assertThrows(() => floats(initializers, name), TypeError, `no weight "${name}" of float32`);
  }
});
