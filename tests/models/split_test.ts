import { createHash } from "node:crypto";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import type { Sample } from "../../models/dataset.ts";
import { createRandom } from "../../models/random.ts";
import {
  identicalFiles,
  PARTS,
  readSplit,
  samplesOf,
  type Split,
  splitSamples,
  writeSplit,
} from "../../models/split.ts";

function stratum(product: string, defect: string, count: number): Sample[] {
  return Array.from({ length: count }, (_, i) => ({
    product,
    defect,
    path: `${product}/test/${defect}/${String(i).padStart(3, "0")}.png`,
  }));
}

const SAMPLES = [
  ...stratum("wood", "good", 50),
  ...stratum("wood", "hole", 10),
  ...stratum("wood", "scratch", 7),
  ...stratum("screw", "good", 33),
  ...stratum("screw", "bent", 4),
];

function countOf(split: Split, part: (typeof PARTS)[number], prefix: string): number {
  return split.parts[part].filter((path) => path.startsWith(prefix)).length;
}

Deno.test("splitSamples() puts every path in exactly one part", () => {
  const { parts } = splitSamples(SAMPLES, { seed: 1 });
  const all = PARTS.flatMap((part) => parts[part]).sort();
  assertEquals(all, SAMPLES.map((sample) => sample.path).sort());
});

Deno.test("splitSamples() splits a stratum of ten as 6:2:2", () => {
  const split = splitSamples(stratum("wood", "hole", 10), { seed: 3 });
  assertEquals(split.ratios, [6, 2, 2]);
  assertEquals(PARTS.map((part) => split.parts[part].length), [6, 2, 2]);
});

Deno.test("splitSamples() keeps the ratios per product within 1, per stratum within 2", () => {
  const random = createRandom("strata");
  for (let round = 0; round < 300; round++) {
    const sizes = Array.from({ length: 1 + random.int(9) }, () => 1 + random.int(12));
    const samples = sizes.flatMap((size, i) => stratum("p", `d${i}`, size));
    const ratios = [[6, 2, 2], [8, 1, 1], [1, 1, 1], [1, 0, 1]][random.int(4)] as [
      number,
      number,
      number,
    ];
    const sum = ratios[0] + ratios[1] + ratios[2];
    const split = splitSamples(samples, { seed: round, ratios, spreadsDefects: false });
    for (const [k, part] of PARTS.entries()) {
      const share = ratios[k]! / sum;
      const off = Math.abs(split.parts[part].length - samples.length * share);
      assert(off < 1, `${part} of ${sizes} by ${ratios} is ${off} off`);
      for (const [i, size] of sizes.entries()) {
        const offHere = Math.abs(countOf(split, part, `p/test/d${i}/`) - size * share);
        assert(offHere < 2, `${part} of stratum ${i} of ${sizes} by ${ratios} is ${offHere} off`);
      }
    }
  }
});

Deno.test("splitSamples() never takes back what an earlier stratum gave", () => {
  // Here a part is so far ahead that plain rounding would give it −1 of the last stratum.
  const samples = [4, 1, 5, 1, 3, 6, 1].flatMap((size, i) => stratum("p", `d${i}`, size));
  const { parts } = splitSamples(samples, { seed: 0, ratios: [3, 1, 20] });
  const all = PARTS.flatMap((part) => parts[part]).sort();
  assertEquals(all, samples.map((sample) => sample.path).sort());
});

Deno.test("splitSamples() does not depend on the order of the samples", () => {
  const shuffled = createRandom(9).shuffle([...SAMPLES]);
  assertEquals(splitSamples(shuffled, { seed: 5 }), splitSamples(SAMPLES, { seed: 5 }));
});

Deno.test("splitSamples() splits a product the same whatever else there is", () => {
  const whole = splitSamples(SAMPLES, { seed: 5 });
  const alone = splitSamples(SAMPLES.filter((s) => s.product === "screw"), { seed: 5 });
  for (const part of PARTS) {
    assertEquals(alone.parts[part], whole.parts[part].filter((path) => path.startsWith("screw/")));
  }
});

Deno.test("splitSamples() gives another split for another seed, and the same for ever", () => {
  const [a, b] = [splitSamples(SAMPLES, { seed: 0 }), splitSamples(SAMPLES, { seed: 1 })];
  assertNotEquals(a.parts, b.parts);
  // Packages name their seed: a change here makes their test images training images.
  const names = a.parts.test.filter((path) => path.includes("hole") || path.includes("bent"));
  assertEquals(names, [
    "screw/test/bent/002.png",
    "wood/test/hole/000.png",
    "wood/test/hole/005.png",
  ]);
});

/** How many defects each part of a split has of a product. */
function defectsOf(split: Split, product: string, isDefective = /\/(?!good)\w+\/\d/): number[] {
  return PARTS.map((part) =>
    split.parts[part].filter((path) => path.startsWith(product) && isDefective.test(path)).length
  );
}

Deno.test("splitSamples() gives each part one of three defects, whatever the seed and the good ones are", () => {
  for (let seed = 0; seed < 40; seed++) {
    for (const types of [[3], [2, 1], [1, 1, 1]]) {
      const defects = types.flatMap((count, i) => stratum("wood", `hole${i}`, count));
      const samples = [...defects, ...stratum("wood", "good", seed), ...stratum("nut", "bent", 9)];
      const split = splitSamples(samples, { seed });
      assertEquals(defectsOf(split, "wood"), [1, 1, 1], `${types} and ${seed} good ones`);
      const all = PARTS.flatMap((part) => split.parts[part]).sort();
      assertEquals(all, samples.map(({ path }) => path).sort());
      const plain = splitSamples(samples, { seed, spreadsDefects: false });
      if (seed < 15) continue; // with few good ones a part may have none to give back
      for (const part of PARTS) assertEquals(split.parts[part].length, plain.parts[part].length);
    }
  }
});

Deno.test("splitSamples() leaves fewer defects than parts, and parts without a share, as the quotas have them", () => {
  const good = stratum("wood", "good", 20);
  for (
    const [count, ratios] of [
      [1, [6, 2, 2]],
      [2, [6, 2, 2]],
      [9, [0, 0, 1]],
      [9, [1, 0, 1]],
    ] as const
  ) {
    for (let seed = 0; seed < 20; seed++) {
      const samples = [...good, ...stratum("wood", "hole", count)];
      assertEquals(
        splitSamples(samples, { seed, ratios }),
        splitSamples(samples, { seed, ratios, spreadsDefects: false }),
      );
    }
  }
  const two = splitSamples([...good, ...stratum("wood", "hole", 2)], {
    seed: 0,
    ratios: [9, 0, 1],
  });
  assertEquals(defectsOf(two, "wood"), [1, 0, 1]);
});

Deno.test("splitSamples() changes no split that has defects in each part", () => {
  const random = createRandom("spread");
  let [same, other] = [0, 0];
  for (let seed = 0; seed < 300; seed++) {
    const types = Array.from({ length: 1 + random.int(4) }, () => 1 + random.int(5));
    const defects = types.flatMap((count, i) => stratum("wood", `hole${i}`, count));
    const samples = [...defects, ...stratum("wood", "good", random.int(20))];
    const [plain, split] = [false, true].map((spreadsDefects) =>
      splitSamples(samples, { seed, spreadsDefects })
    ) as [Split, Split];
    if (defectsOf(plain, "wood").every((count) => count > 0)) {
      assertEquals(split, plain);
      same++;
    } else if (defects.length >= 3) {
      assertEquals(Math.min(...defectsOf(split, "wood")), 1);
      other++;
    }
  }
  assert(same > 100 && other > 20, `${same} and ${other}`);

  // Of the splits as they were before there was anything to spread.
  const splits = Array.from({ length: 50 }, (_, seed) => splitSamples(SAMPLES, { seed }));
  const sha256 = createHash("sha256").update(JSON.stringify(splits)).digest("hex");
  assertEquals(sha256, "6dfa81f9319cf1e8f0598ede53c6f4c4212e688c2511e328a605dec2a47f2499");
});

Deno.test("splitSamples() counts identical defects once, and moves them together", () => {
  const samples = [...stratum("wood", "good", 10), ...stratum("wood", "hole", 4)];
  const [a, b] = [samples[10]!.path, samples[12]!.path];
  const sha256 = hashes({ [a]: "a", [b]: "a" });
  for (let seed = 0; seed < 20; seed++) {
    const split = splitSamples(samples, { seed, sha256 });
    assertEquals(defectsOf(split, "wood").toSorted(), [1, 1, 2]);
    const two = splitSamples(samples.slice(0, 13), { seed, sha256 });
    assertEquals(two, splitSamples(samples.slice(0, 13), { seed, sha256, spreadsDefects: false }));
  }
});

/** Hashes by path, of one digit each. */
function hashes(digits: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(digits).map(([path, digit]) => [path, digit.repeat(64)]),
  );
}

Deno.test("splitSamples() keeps identical files together, whatever they are called", () => {
  const samples = [
    ...stratum("wood", "good", 40),
    ...stratum("wood", "hole", 10),
    ...stratum("screw", "bent", 10),
  ];
  const twins = [2, 3, 5, 7].map((i) => samples[i]!.path);
  const across = [samples[12]!.path, samples[44]!.path, samples[55]!.path];
  const sha256 = hashes(Object.fromEntries([
    ...twins.map((path) => [path, "a"]),
    ...across.map((path) => [path, "b"]),
    [samples[20]!.path, "c"],
  ]));
  for (let seed = 0; seed < 20; seed++) {
    const { parts, sha256: kept } = splitSamples(samples, { seed, sha256 });
    assertEquals(kept, sha256);
    const all = PARTS.flatMap((part) => parts[part]).sort();
    assertEquals(all, samples.map(({ path }) => path).sort());
    for (const group of [twins, across]) {
      const holding = PARTS.filter((part) => group.some((path) => parts[part].includes(path)));
      assertEquals(holding.length, 1, `seed ${seed}`);
    }
  }
});

Deno.test("splitSamples() is not changed by hashes that differ", () => {
  const sha256 = Object.fromEntries(
    SAMPLES.map(({ path }, i) => [path, String(i).padStart(64, "0")]),
  );
  const [hashed, plain] = [
    splitSamples(SAMPLES, { seed: 5, sha256 }),
    splitSamples(SAMPLES, { seed: 5 }),
  ];
  assertEquals(hashed.parts, plain.parts);
});

Deno.test("identicalFiles() groups paths with the same hash", () => {
  const sha256 = hashes({ e: "b", a: "a", d: "c", c: "b", b: "a", f: "a" });
  assertEquals(identicalFiles(sha256), [["a", "b", "f"], ["c", "e"]]);
});

Deno.test("splitSamples() refuses doubled paths and bad ratios", () => {
  const twice = [...SAMPLES, SAMPLES[0]!];
  assertThrows(() => splitSamples(twice, { seed: 0 }), RangeError, '000.png" comes twice');
  for (const ratios of [[0, 0, 0], [1, -1, 1], [1, NaN, 1]] as [number, number, number][]) {
    assertThrows(() => splitSamples(SAMPLES, { seed: 0, ratios }), RangeError, "Cannot split by");
  }
});

Deno.test("samplesOf() gives the part's samples and names a missing one", () => {
  const split = splitSamples(SAMPLES, { seed: 2 });
  const samples = samplesOf(split, "validation", SAMPLES);
  assertEquals(samples.map((sample) => sample.path), split.parts.validation);
  const missing = split.parts.test[0]!;
  const others = SAMPLES.filter((sample) => sample.path !== missing);
  assertThrows(
    () => samplesOf(split, "test", others),
    Error,
    `"${missing}" is not in the data set`,
  );
});

Deno.test("readSplit() reads what writeSplit() wrote and refuses other files", async () => {
  const file = await Deno.makeTempFile();
  try {
    const split = splitSamples(SAMPLES, { seed: 2 });
    await writeSplit(file, split);
    assertEquals(await readSplit(file), split);
    await Deno.writeTextFile(file, "\uFEFF" + JSON.stringify(split));
    assertEquals(await readSplit(file), split);
    await Deno.writeTextFile(file, "{");
    await assertRejects(() => readSplit(file), SyntaxError, "not JSON");
    await writeSplit(file, { ...split, seed: 0.5 });
    await assertRejects(() => readSplit(file), TypeError, "seed");
    const [first, other] = [split.parts.test[0]!, split.parts.train[0]!];
    await writeSplit(file, { ...split, sha256: hashes({ [first]: "a", [other]: "a" }) });
    await assertRejects(() => readSplit(file), RangeError, "are the same file");
    split.parts.test.push(split.parts.train[0]!);
    await writeSplit(file, split);
    await assertRejects(() => readSplit(file), RangeError, "comes twice");
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("readSplit() reads a file from before there were hashes", async () => {
  const file = await Deno.makeTempFile();
  try {
    const { seed, ratios, parts } = splitSamples(SAMPLES, { seed: 2 });
    await Deno.writeTextFile(file, JSON.stringify({ seed, ratios, parts }));
    assertEquals(await readSplit(file), splitSamples(SAMPLES, { seed: 2 }));
    await Deno.writeTextFile(file, JSON.stringify({ schema: "x/1", seed, ratios, parts }));
    await assertRejects(() => readSplit(file), TypeError, "lineside.split/1");
  } finally {
    await Deno.remove(file);
  }
});
