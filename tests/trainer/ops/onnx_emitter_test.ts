import { assertEquals, assertThrows } from "@std/assert";
import { createEmitter } from "../../../trainer/ops/onnx_emitter.ts";

const kernel = { shape: [1, 1, 1, 2], data: Float32Array.of(3, 4) };
const emitter = () => createEmitter(new Map([["block/kernel", kernel]]));

Deno.test("node() names node and value by scope and operation", () => {
  const { namer, node, nodes } = emitter();
  const made = namer.scope("block", () => [1, 2].map(() => node("Relu", ["image"], [1, 2, 2, 3])));
  assertEquals(made.map(({ name }) => name), ["block/Relu", "block/Relu_2"]);
  assertEquals(nodes.map(({ outputs }) => outputs), [["block/Relu"], ["block/Relu_2"]]);
});

Deno.test("weight() puts a weight into the graph once, its axes in ONNX's order", () => {
  const { namer, param, weight, initializers } = emitter();
  const value = namer.scope("block", () => param("kernel", [1, 1, 1, 2]));
  assertEquals(initializers.size, 0);
  assertEquals(
    [weight(value, [3, 2, 0, 1]), weight(value, [3, 2, 0, 1])],
    Array(2).fill(value.name),
  );
  assertEquals([...initializers], [["block/kernel", { ...kernel, shape: [2, 1, 1, 1] }]]);
});

Deno.test("param() refuses what is missing or of another shape, by path", () => {
  const { namer, param } = emitter();
  assertThrows(() => param("kernel", [1]), RangeError, 'Weight "kernel" is missing');
  assertThrows(
    () => namer.scope("block", () => param("kernel", [2])),
    RangeError,
    'Weight "block/kernel" has shape [1,1,1,2], needs [2]',
  );
});

Deno.test("ints() keeps one tensor for equal lists", () => {
  const { ints, initializers } = emitter();
  assertEquals([ints([0, -1]), ints([0, -1]), ints([0, 1])], [
    "ints/0_-1",
    "ints/0_-1",
    "ints/0_1",
  ]);
  assertEquals(initializers.get("ints/0_-1"), { shape: [2], data: BigInt64Array.of(0n, -1n) });
  assertEquals(initializers.size, 2);
});
