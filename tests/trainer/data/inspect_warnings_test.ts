import { assertEquals } from "@std/assert";
import { type Inspected, warningsOf } from "../../../trainer/data/inspect_warnings.ts";

/** An image of a bolt that nothing is to be said about. */
function bolt(path: string, changes: Partial<Inspected> = {}): Inspected {
  return {
    ...{ product: "bolt", path, defect: "good", sha256: path, width: 4, height: 4, isGrey: false },
    ...{ hasMask: false, defectPixels: 0, faintShare: 0 },
    ...changes,
  };
}

Deno.test("warningsOf() warns of a product with one or two defects, identical ones counted once", () => {
  const samples = [
    bolt("good/1.png"),
    ...[bolt("bent/1.png", { defect: "bent" }), bolt("cut/2.png", { defect: "cut" })],
  ];
  const twin = bolt("bent/3.png", { defect: "bent", sha256: "bent/1.png" });
  for (
    const [all, has] of [
      [samples.slice(0, 1), undefined],
      [samples.slice(0, 2), "bolt has 1 image with a defect"],
      [samples, "bolt has 2 images with a defect"],
      [[...samples, twin], "bolt has 2 images with a defect"],
      [[...samples, bolt("cut/4.png", { defect: "cut" })], undefined],
    ] as const
  ) {
    const few = warningsOf(all).find(({ kind }) => kind === "few-defects");
    assertEquals(few?.message.split(", three of a product are needed")[0], has);
    const defective = all.filter(({ defect }) => defect !== "good").map(({ path }) => path);
    assertEquals(few?.paths, has && defective);
  }
});

Deno.test("warningsOf() tells the same file twice from the same file under two labels", () => {
  const same = { sha256: "a" };
  const [one, other] = [bolt("good/1.png", same), bolt("good/2.png", same)];
  assertEquals(warningsOf([one, other, bolt("good/3.png")]), [{
    kind: "identical-files",
    paths: ["good/1.png", "good/2.png"],
    message: '"good/1.png" and "good/2.png" are the same file: a split keeps them in the same part',
  }]);
  const bent = bolt("bent/4.png", { ...same, defect: "bent" });
  assertEquals(warningsOf([one, other, bent])[0], {
    kind: "differing-labels",
    paths: ["bent/4.png", "good/1.png", "good/2.png"],
    message:
      '"bent/4.png" (bent) and "good/1.png" (good) and "good/2.png" (good) are the same file ' +
      "under different labels: remove what is labelled wrong",
  });
});

Deno.test("warningsOf() says of a product that is not square which size leaves it its shape", () => {
  const of = (width: number, height: number, product = "bolt") =>
    bolt(`${product}/${width}x${height}.png`, { product, width, height });
  const message = (...samples: Inspected[]) =>
    warningsOf(samples).filter(({ kind }) => kind === "not-square").map(({ message }) => message);
  assertEquals(message(of(1920, 1080)), [
    "images of bolt are 1.78 times as wide as high (median): shown at the usual 256×256 they are squeezed, " +
    "by --size 352x192 hardly",
  ]);
  assertEquals(message(of(120, 60), of(100, 100), of(60, 120)), []);
  assertEquals(message(of(100, 100, "nut"), of(125, 100, "nut"), of(300, 400), of(400, 400)), []);
  const [warning, ...others] = warningsOf([of(300, 400), of(30, 41), of(400, 400)]);
  assertEquals([warning!.paths, others], [["bolt/300x400.png", "bolt/30x41.png"], []]);
  assertEquals(message(of(20000, 10)), [
    "images of bolt are 2000.00 times as wide as high (median): shown at the usual 256×256 they are squeezed, " +
    "better cut into pieces",
  ]);
});

Deno.test("warningsOf() names the images of 16 bits that are nearly black, a folder at a time", () => {
  const of = (path: string, largestOf16Bits: number) => bolt(path, { largestOf16Bits });
  const samples = [
    ...[of("a/1.png", 1023), of("a/2.png", 4095), of("a/3.png", 4351), of("b/1.png", 255)],
    bolt("b/2.png"),
  ];
  const how = "only the upper byte is used; scale to 65535, or save as 8 bits";
  assertEquals(warningsOf(samples).map(({ kind, paths, message }) => [kind, paths, message]), [
    [
      ...["dark-16-bits", ["a/1.png", "a/2.png"]],
      `"a/1.png" and 1 more beside it have 16 bits a channel, never above 4095: ${how}`,
    ],
    [
      ...["dark-16-bits", ["b/1.png"]],
      `"b/1.png" has 16 bits a channel, never above 255: ${how}`,
    ],
  ]);
});

Deno.test("warningsOf() names masks with areas that are neither black nor white, a folder at a time", () => {
  const of = (name: string, faintShare: number) =>
    bolt(`i/${name}.jpg`, { maskPath: `m/${name}.png`, hasMask: true, faintShare });
  const warnings = warningsOf([of("1", 0.6), of("2", 0.1), of("3", 0), of("4", 0.11)]);
  assertEquals(warnings, [{
    kind: "faint-mask",
    paths: ["m/1.png", "m/4.png"],
    message:
      '"m/1.png" and 1 more beside it have areas from 1 to 127, up to 60 % of what is not black: ' +
      "they count as sound, 255 is defect",
  }]);
});
