import { assertEquals, assertThrows } from "@std/assert";
import {
  augmentationKinds,
  defaultSwitches,
  formatSwitches,
  kindsOf,
  parseSwitches,
  switchesOf,
} from "../../../../trainer/data/augment/switches.ts";

const products = ["screw", "cap"];

Deno.test("parseSwitches() reads kinds for all products and for one, in the order they are applied", () => {
  const switches = parseSwitches("turn, flipX; screw=light,turn", products);
  assertEquals(kindsOf(switches, "cap"), ["flipX", "turn"]);
  assertEquals(kindsOf(switches, "screw"), ["turn", "light"]);
  assertEquals(parseSwitches("screw=none", products), {
    ...defaultSwitches,
    products: { screw: [] },
  });
  assertEquals(kindsOf(parseSwitches("none;cap=all", products), "cap"), augmentationKinds);
});

Deno.test("formatSwitches() is the reverse of parseSwitches()", () => {
  for (const text of ["all", "none", "flipX,turn;screw=none;cap=all", "all;screw=turn,light"]) {
    assertEquals(formatSwitches(parseSwitches(text, products)), text);
  }
});

Deno.test("switchesOf() leaves out other products", () => {
  const switches = parseSwitches("all;screw=none;cap=turn", products);
  assertEquals(switchesOf(switches, ["cap", "bolt"]), {
    usual: augmentationKinds,
    products: { cap: ["turn"] },
  });
});

Deno.test("parseSwitches() says what is wrong", () => {
  for (
    const [text, words] of [
      ["flip", 'not "flip"'],
      ["none,turn", '"none" stands alone'],
      ["all,turn", '"all" stands alone'],
      ["bolt=turn", "products are screw, cap"],
      ["turn;light", "all products have kinds already"],
      ["cap=turn;cap=light", "cap has kinds already"],
    ] as const
  ) {
    assertThrows(() => parseSwitches(text, products), RangeError, words);
  }
});
