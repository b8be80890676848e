import { assertEquals, assertThrows } from "@std/assert";
import { createNamer } from "../../../trainer/ops/scope.ts";

Deno.test("scope() puts its name before every weight and node, and gives its body's result", () => {
  const { scope, weight, node } = createNamer();
  const names = scope("encoder.0", () => scope("conv1", () => [weight("kernel"), node("Conv")]));
  assertEquals(names, ["encoder.0/conv1/kernel", "encoder.0/conv1/Conv"]);
  assertEquals([weight("kernel"), node("Conv")], ["kernel", "Conv"]);
});

Deno.test("scope() is left when its body throws", () => {
  const { scope, weight } = createNamer();
  assertThrows(() =>
    scope("a", () => {
      throw new Error("stop");
    })
  );
  assertEquals(weight("kernel"), "kernel");
});

Deno.test("scope() refuses names that would read as a path", () => {
  const { scope } = createNamer();
  for (const name of ["", "a/b", "a b"]) {
    assertThrows(() => scope(name, () => {}), RangeError, `Cannot open scope "${name}"`);
  }
});

Deno.test("weight() refuses a name that is taken in its scope, and in no other", () => {
  const { scope, weight } = createNamer();
  scope("a", () => weight("kernel"));
  scope("b", () => weight("kernel"));
  assertThrows(
    () => scope("a", () => weight("kernel")),
    RangeError,
    'Cannot name two weights "a/kernel"',
  );
});

Deno.test("node() numbers what a scope has more than once", () => {
  const { scope, node } = createNamer();
  const names = scope("a", () => [node("Relu"), node("Relu"), node("Conv"), node("Relu")]);
  assertEquals(names, ["a/Relu", "a/Relu_2", "a/Conv", "a/Relu_3"]);
});
