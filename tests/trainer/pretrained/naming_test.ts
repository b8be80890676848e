import { assertEquals, assertThrows } from "@std/assert";
import {
  isInner,
  type Naming,
  normalisations,
  placeOf,
  recognise,
} from "../../../trainer/pretrained/naming.ts";

const naming: Naming = {
  title: "Net as nobody names it",
  mark: "first.weight",
  prefixes: ["", "net."],
  places: {
    "encoder/stem": () => "first",
    "encoder/stage.#/unit.#": (stage, unit) => `s${stage}.u${unit}`,
    "head.4/norm": () => "last",
  },
  inner: /^s\d/,
  normalisation: normalisations.imagenet,
};

const names = (...all: string[]) => new Map(all.map((name) => [name, 0]));

Deno.test("placeOf() gives a scope's numbers to its row, and knows no other scope", () => {
  assertEquals(placeOf(naming, "encoder/stem"), "first");
  assertEquals(placeOf(naming, "encoder/stage.2/unit.13"), "s2.u13");
  assertEquals(placeOf(naming, "head.4/norm"), "last");
  assertEquals(placeOf(naming, "head.3/norm"), undefined);
});

Deno.test("recognise() finds the mark with each prefix", () => {
  assertEquals(recognise(names("x", "first.weight"), [naming]).prefix, "");
  assertEquals(recognise(names("x", "net.first.weight"), [naming]).prefix, "net.");
});

Deno.test("recognise() names three tensors of a file without a mark, and the known namings", () => {
  assertThrows(
    () => recognise(names("a", "b", "c", "d"), [naming]),
    TypeError,
    'The file is of no known naming, its first tensors are "a", "b", "c": ' +
      'known are Net as nobody names it ("first.weight")',
  );
});

Deno.test("isInner() looks behind the prefix, and past PyTorch's counters", () => {
  const file = { naming, prefix: "net." };
  const inner = [
    "net.s1.u1.weight",
    "bad.s1.u1.weight",
    "net.fc.weight",
    "net.s1.num_batches_tracked",
  ]
    .map((name) => isInner(file, name));
  assertEquals(inner, [true, false, false, false]);
});
