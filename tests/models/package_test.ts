import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { Card } from "../../models/card.ts";
import {
  findPackage,
  listPackages,
  maxAbsDifference,
  openPackage,
  PackageError,
  readPackage,
  sha256Hex,
} from "../../models/package.ts";
import { writePackage } from "../helpers/package.ts";

/** Runs with an empty folder that is removed afterwards. */
async function withFolder(action: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await action(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function refused(promise: Promise<unknown>, code: string, message: string): Promise<void> {
  const error = await assertRejects(() => promise, PackageError);
  assertStringIncludes(error.message, message);
  assertEquals(error.code, code);
}

Deno.test("openPackage() gives the card, the paths and the golden pair", () =>
  withFolder(async (root) => {
    await writePackage(root);
    const opened = await openPackage(root);
    assertEquals(opened.card.name, "unet-small");
    assertEquals(opened.variantPath("fp32"), `${root}/fp32.onnx`);
    const { image, anomaly_map } = await opened.golden();
    assertEquals([image.length, image[17], anomaly_map.length, anomaly_map[5]], [
      18,
      0.25,
      6,
      0.75,
    ]);
    const error = assertThrows(() => opened.variantPath("int8"), PackageError, "it has fp32");
    assertEquals(error.code, "missing");
  }));

Deno.test("openPackage() refuses wrong bytes, hashes and missing files, with both states", () =>
  withFolder(async (root) => {
    const cases: [string, string, (card: Card) => unknown][] = [
      ["bytes", "fp32.onnx has 5 bytes, card says 6", (card) => card.variants.fp32.bytes = 6],
      [
        "sha256",
        "fp32.onnx has sha256 " + await sha256Hex(new TextEncoder().encode("graph")) +
        `, card says ${"0".repeat(64)}`,
        (card) => card.variants.fp32.sha256 = "0".repeat(64),
      ],
      ["sha256", "golden.safetensors has sha256", (card) => card.golden.sha256 = "0".repeat(64)],
      ["missing", "other.onnx is missing", (card) => card.variants.fp32.file = "other.onnx"],
      ["missing", "other.bin is missing", (card) => card.golden.file = "other.bin"],
      ["card", "threshold must be at most 1, is 2", (card) => card.threshold = 2],
    ];
    for (const [i, [code, message, change]] of cases.entries()) {
      await writePackage(`${root}/${i}`, "1.0.0", change);
      await refused(openPackage(`${root}/${i}`), code, message);
    }
  }));

Deno.test("openPackage() refuses a folder without card and a card that is no JSON", () =>
  withFolder(async (root) => {
    await refused(openPackage(root), "missing", "card.json is missing");
    await Deno.writeTextFile(`${root}/card.json`, "{");
    await refused(openPackage(root), "card", `Cannot read card "${root}/card.json": not JSON`);
  }));

Deno.test("golden() refuses tensors that do not fit the card, and a file changed since", () =>
  withFolder(async (root) => {
    await writePackage(root, "1.0.0", (card) => card.input.width = 4);
    const opened = await openPackage(root);
    const message = 'tensor "image" must be F32 [1,3,2,4], is F32 [1,3,2,3]';
    await refused(opened.golden(), "golden", message);
    await Deno.writeFile(`${root}/golden.safetensors`, new Uint8Array(3));
    await refused(opened.golden(), "sha256", "golden.safetensors has sha256");
  }));

Deno.test("readPackage() checks a graph when it is read, and no other one", () =>
  withFolder(async (root) => {
    await writePackage(root, "1.0.0", (card) => {
      card.variants.int8 = { ...card.variants.fp32, dtype: "int8", file: "int8.onnx" };
    });
    const opened = await readPackage(root);
    assertEquals(new TextDecoder().decode(await opened.graph("fp32")), "graph");
    await refused(opened.graph("int8"), "missing", "int8.onnx is missing");
    await refused(opened.graph("fp16"), "missing", "it has fp32, int8");
    await Deno.writeTextFile(`${root}/fp32.onnx`, "grape");
    await refused(opened.graph("fp32"), "sha256", "fp32.onnx has sha256");
  }));

Deno.test("findPackage() takes the newest by semantic versioning, or the one asked for", () =>
  withFolder(async (root) => {
    for (const version of ["1.9.0", "1.10.0", "1.10.0-rc.1"]) {
      await writePackage(`${root}/unet-small/${version}`, version);
    }
    assertEquals((await findPackage(root, "unet-small")).card.version, "1.10.0");
    assertEquals((await findPackage(root, "unet-small", "1.9.0")).card.version, "1.9.0");
  }));

Deno.test("findPackage() lists what there is when nothing fits", () =>
  withFolder(async (root) => {
    await refused(findPackage(root, "dpt"), "missing", "there is none");
    await writePackage(`${root}/unet-small/1.0.0`);
    await writePackage(`${root}/unet-small/2.0.0`, "2.0.0");
    await refused(findPackage(root, "dpt"), "missing", "models are unet-small");
    await refused(findPackage(root, "unet-small", "3.0.0"), "missing", "versions are 1.0.0, 2.0.0");
    await refused(findPackage(root, "unet-small/1.0.0"), "missing", "models are unet-small");
    await refused(findPackage(root, ".."), "missing", "models are unet-small");
  }));

Deno.test("findPackage() refuses a card that contradicts its folder", () =>
  withFolder(async (root) => {
    await writePackage(`${root}/unet-small/2.0.0`, "1.0.0");
    const message = "folder says unet-small 2.0.0, card says unet-small 1.0.0";
    await refused(findPackage(root, "unet-small"), "card", message);
  }));

Deno.test("listPackages() sorts by name and version and skips other folders", () =>
  withFolder(async (root) => {
    for (
      const path of ["b/1.10.0", "b/1.2.0", "a/0.1.0", "b/notes", "Weird Name/1.0.0", ".git/1.0.0"]
    ) {
      await Deno.mkdir(`${root}/${path}`, { recursive: true });
    }
    await Deno.writeTextFile(`${root}/a/1.0.0`, "a file");
    await Deno.symlink("1.2.0", `${root}/b/2.0.0`);
    const entries = await listPackages(root);
    assertEquals(entries.map(({ name, version }) => `${name} ${version}`), [
      "a 0.1.0",
      "b 1.2.0",
      "b 1.10.0",
      "b 2.0.0",
    ]);
    assertEquals(entries[0]!.dir, `${root}/a/0.1.0`);
    assertEquals(await listPackages(`${root}/absent`), []);
  }));

Deno.test("sha256Hex() equals the NIST example", async () => {
  // FIPS 180-2, B.1
  const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assertEquals(await sha256Hex(new TextEncoder().encode("abc")), expected);
});

Deno.test("maxAbsDifference() finds the largest, and never calls NaN equal", () => {
  assertEquals(maxAbsDifference([1, 2, 3], [1, 2.5, 1]), 2);
  assertEquals(maxAbsDifference([], []), 0);
  assert(maxAbsDifference([1, NaN], [1, 2]) === Infinity);
  assert(maxAbsDifference([NaN], [NaN]) === Infinity);
  assertThrows(() => maxAbsDifference([1], [1, 2]), RangeError, "Cannot compare 1 numbers with 2");
});
