import { assertEquals } from "@std/assert";
import { type Node, usedInitializers } from "../../../trainer/onnx/graph.ts";

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
