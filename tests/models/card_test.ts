import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseCard } from "../../models/card.ts";
import { makeCard } from "../helpers/package.ts";

/** A valid card with the value at a dotted path replaced; `undefined` removes it. */
function changed(path: string, value: unknown): unknown {
  const card = JSON.parse(JSON.stringify(makeCard()));
  const keys = path.split(".");
  const last = keys.pop()!;
  const parent = keys.reduce((object, key) => object[key], card);
  parent[last] = value;
  return JSON.parse(JSON.stringify(card));
}

Deno.test("parseCard() takes a full card as it is", () => {
  assertEquals(parseCard(JSON.parse(JSON.stringify(makeCard()))), makeCard());
});

Deno.test("parseCard() takes a card without a region score as one that removes no weak region", () => {
  assertEquals(parseCard(changed("minRegionScore", undefined)).minRegionScore, 0);
});

Deno.test("parseCard() names the file, the path, what it must be and what it is", () => {
  const error = assertThrows(
    () => parseCard(changed("variants.fp32.sha256", "12ab"), "a/b/card.json"),
    TypeError,
  );
  assertEquals(
    error.message,
    'Cannot read card "a/b/card.json": variants.fp32.sha256 must be 64 hex digits, is "12ab"',
  );
});

Deno.test("parseCard() refuses wrong values and says which", () => {
  const cases: [string, unknown, string][] = [
    ["schema", "lineside.card/2", 'schema must be "lineside.card/1", is "lineside.card/2"'],
    ["name", "../etc", 'name must be lower-case words with single . _ - between them, is "../etc"'],
    ["name", "a..b", "name must be lower-case words"],
    ["version", "1.0", 'version must be a semantic version like 1.2.3, is "1.0"'],
    ["threshold", undefined, "threshold must be of type number, is missing"],
    ["threshold", 1.5, "threshold must be at most 1, is 1.5"],
    ["threshold", "0.5", 'threshold must be of type number, is "0.5"'],
    ["minRegionPixels", 2.5, "minRegionPixels must be an integer, is 2.5"],
    ["input.std", [0.5, 0, 0.5], "input.std.1 must be above 0, is 0"],
    ["input.mean", [0.5, 0.5], "input.mean must be at least 3 entries, is [0.5,0.5]"],
    ["input.width", 0, "input.width must be at least 1, is 0"],
    ["input.resize", "bicubic", 'input.resize must be "triangle", is "bicubic"'],
    ["products", [], "products must be at least 1 entries, is []"],
    ["metrics.split", "all", 'metrics.split must be "train" or "validation" or "test", is "all"'],
    ["metrics.dice", null, "metrics.dice must be of type number, is null"],
    ["variants.fp32", undefined, "variants.fp32 must be of type object, is missing"],
    ["variants.fp32.dtype", "int8", 'variants.fp32.dtype must be "float32", is "int8"'],
    ["variants.fp32.extra", 1, 'variants.fp32 has unknown "extra"'],
    ["variants.fp64", {}, 'variants has unknown "fp64"'],
    ["choice", { cpu: "int8" }, "choice.cpu is int8, which the package has not"],
    ["choice", { tpu: "fp32" }, 'choice has unknown "tpu"'],
    ["colour", "red", 'the card has unknown "colour"'],
    ["golden.tolerance", 0, "golden.tolerance must be above 0, is 0"],
  ];
  for (const [path, value, message] of cases) {
    assertThrows(() => parseCard(changed(path, value)), TypeError, message);
  }
  assertThrows(() => parseCard([]), TypeError, "the card must be of type object, is []");
});

Deno.test("parseCard() refuses file names that leave the folder", () => {
  for (
    const file of ["../fp32.onnx", "a/b", "a\\b", "..", ".", "/etc/passwd", "a..b", ".hidden", ""]
  ) {
    const message = "must be a plain file name without folders";
    assertThrows(() => parseCard(changed("variants.fp32.file", file)), TypeError, message);
    assertThrows(() => parseCard(changed("golden.file", file)), TypeError, message);
  }
});

Deno.test("parseCard() refuses one file for two purposes", () => {
  for (const file of ["golden.safetensors", "card.json"]) {
    const message = `variants use "${file}" twice`;
    assertThrows(() => parseCard(changed("variants.fp32.file", file)), TypeError, message);
  }
});

Deno.test("parseCard() lists all that is wrong", () => {
  const error = assertThrows(() => parseCard({ ...makeCard(), opset: 0, products: 5 }), TypeError);
  assert(/products must be.*; opset must be/.test(error.message), error.message);
});
