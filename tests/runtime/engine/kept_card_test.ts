import { assertEquals, assertThrows } from "@std/assert";
import type { Card } from "../../../models/card.ts";
import { PackageError } from "../../../models/package.ts";
import { keepCard } from "../../../runtime/engine/kept_card.ts";
import { makeCard } from "../../helpers/package.ts";

const serving: Card = makeCard();
const keep = (found: Card) => keepCard(serving, found, "fp32", "models/bolt/1.0.0");

Deno.test("keepCard() has nothing to say where the card is the same", () => {
  assertEquals(keep(structuredClone(serving)), []);
});

Deno.test("keepCard() names what the package's card says otherwise", () => {
  const found = { ...serving, threshold: 0.125, input: { ...serving.input, width: 512 } };
  assertEquals(keep(found), [
    'card.json of "models/bolt/1.0.0" has another input, threshold by now: the lane keeps to the card that its siblings have. ' +
    "A new version, or a restart, takes it up",
  ]);
  const withScores: Card = { ...serving, scores: { split: "test", counts: [1, 2] } };
  for (const [one, other] of [[withScores, serving], [serving, withScores]] as const) {
    const [note] = keepCard(one, other, "fp32", "x");
    assertEquals(note?.startsWith('card.json of "x" has another scores by now'), true);
  }
});

Deno.test("keepCard() refuses another graph or golden pair", () => {
  const other = "f".repeat(64);
  const { fp32 } = serving.variants;
  const cases: [string, Card][] = [
    [
      `its fp32 has sha256 ${other}, theirs has ${fp32.sha256}`,
      { ...serving, variants: { fp32: { ...fp32, sha256: other } } },
    ],
    [
      `its golden pair has sha256 ${other}, theirs has ${serving.golden.sha256}`,
      { ...serving, golden: { ...serving.golden, sha256: other } },
    ],
  ];
  for (const [words, found] of cases) {
    const error = assertThrows(() => keep(found), PackageError, words);
    assertEquals(error.code, "sha256");
    assertEquals(error.message.endsWith("A new version, or a restart, takes it up"), true);
  }
  const int8 = { ...fp32, dtype: "int8" as const };
  const both = { ...serving, variants: { fp32, int8 } };
  assertThrows(
    () => keepCard(both, serving, "int8", "x"),
    PackageError,
    "its int8 has sha256 none",
  );
});
