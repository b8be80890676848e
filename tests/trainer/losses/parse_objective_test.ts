import { assertEquals, assertThrows } from "@std/assert";
import { formatObjective, parseObjective } from "../../../trainer/losses/parse_objective.ts";

const none = {
  ...{ bce: 0, dice: 0, missed: 0, focal: 0 },
  ...{ "defect-dice": 0, tversky: 0, "focal-tversky": 0, boundary: 0 },
};

Deno.test("parseObjective() reads the weights it is given, the others are 0", () => {
  assertEquals(parseObjective("bce=1,dice=1,missed=0.25"), {
    ...none,
    ...{ bce: 1, dice: 1, missed: 0.25 },
  });
  assertEquals(parseObjective(" focal-tversky=1e-1, boundary=0 "), {
    ...none,
    "focal-tversky": 0.1,
  });
});

Deno.test("parseObjective() lists what there is when a loss is not known", () => {
  assertThrows(
    () => parseObjective("bce=1,jaccard=1"),
    RangeError,
    'No loss "jaccard": there is bce, dice, defect-dice, missed, focal, tversky, focal-tversky, boundary',
  );
});

Deno.test("parseObjective() refuses what it cannot read, by the item", () => {
  for (const item of ["dice", "dice=", "=1", "", "Dice 1"]) {
    assertThrows(() => parseObjective(`bce=1,${item}`), SyntaxError, `"${item}"`);
  }
});

Deno.test("parseObjective() refuses weights that are no number of 0 or more", () => {
  for (const weight of ["-1", "NaN", "Infinity", "a"]) {
    assertThrows(() => parseObjective(`dice=${weight}`), RangeError, `is "${weight}"`);
  }
});

Deno.test("parseObjective() refuses a loss that is given twice, and a sum of none", () => {
  assertThrows(() => parseObjective("dice=1,dice=1"), RangeError, '"dice" is given twice');
  assertThrows(() => parseObjective("dice=0,bce=0"), RangeError, "counts");
});

Deno.test("formatObjective() is the reverse of parseObjective()", () => {
  for (const text of ["dice=1", "bce=1,dice=0.5,missed=0.25"]) {
    assertEquals(formatObjective(parseObjective(text)), text);
  }
});
