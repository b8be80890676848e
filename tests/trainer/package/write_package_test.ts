import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { listPackages, openPackage, PackageError } from "../../../models/package.ts";
import { writeSafetensors } from "../../../models/safetensors.ts";
import {
  type CardDraft,
  claimVersion,
  type PackageFiles,
  writePackage,
} from "../../../trainer/package/write_package.ts";
import { makeCard } from "../../helpers/package.ts";
import { replaced } from "../../helpers/replaced.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

function makeDraft(changes: Partial<CardDraft> = {}): CardDraft {
  const { schema: _schema, variants: _variants, golden: _golden, ...draft } = makeCard();
  return { ...draft, ...changes };
}

const golden = writeSafetensors(
  new Map([
    ["image", { dtype: "F32", shape: [1, 3, 2, 3], data: new Float32Array(18).fill(0.25) }],
    ["anomaly_map", { dtype: "F32", shape: [1, 1, 2, 3], data: new Float32Array(6).fill(0.75) }],
  ]),
);
const filesOf = (graph: string): PackageFiles => ({
  variants: { fp32: { bytes: new TextEncoder().encode(graph) } },
  golden,
  tolerance: 1e-4,
});

Deno.test("writePackage() writes every variant, with what is to be said of it", () =>
  withTempDir(async (root) => {
    const files = filesOf("graph");
    const about = {
      tolerance: 0.25,
      metrics: { iou_image: 0.75, iou_defect: 0.5 },
      made: "min-max",
    };
    const int8 = { bytes: new TextEncoder().encode("int"), about };
    const variants = { ...files.variants, int8 };
    const dir = await writePackage(root, makeDraft(), { ...files, variants });
    const { card, variantPath } = await openPackage(dir);
    assertEquals(await Deno.readTextFile(variantPath("int8")), "int");
    const { sha256: _, ...said } = card.variants.int8!;
    assertEquals(said, { file: "int8.onnx", dtype: "int8", bytes: 3, ...about });
  }));

/** Every file and folder below, relative. */
async function contents(root: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(root, below))) {
    const path = join(below, name);
    found.push(path);
    if (isDirectory) found.push(...await contents(root, path));
  }
  return found.sort();
}

Deno.test("claimVersion() refuses what a card may not be called, and says what is right", () =>
  withTempDir(async (root) => {
    for (
      const [name, version, words] of [
        [
          "Bolt",
          "1.0.0",
          'name must be lower-case words with single . _ - between them, is "Bolt"',
        ],
        ["bolt", "2", 'version must be a semantic version like 1.2.3, is "2"'],
      ] as const
    ) {
      const attempt = () => claimVersion(root, { name, version }, true);
      assertEquals((await assertRejects(attempt, PackageError, words)).code, "card");
    }
  }));

Deno.test("writePackage() writes what openPackage() opens, and nothing else", () =>
  withTempDir(async (root) => {
    const dir = await writePackage(root, makeDraft(), filesOf("graph"));
    assertEquals(dir, join(root, "unet-small/1.0.0"));
    const { card, variantPath, golden } = await openPackage(dir);
    const { schema: _schema, variants, golden: _golden, ...draft } = card;
    assertEquals(draft, makeDraft());
    assertEquals([variants.fp32.bytes, card.golden.tolerance], [5, 1e-4]);
    assertEquals(await Deno.readTextFile(variantPath("fp32")), "graph");
    assertEquals((await golden()).anomaly_map, new Float32Array(6).fill(0.75));
    assertEquals(await contents(root), [
      "unet-small",
      "unet-small/1.0.0",
      "unet-small/1.0.0/card.json",
      "unet-small/1.0.0/fp32.onnx",
      "unet-small/1.0.0/golden.safetensors",
    ]);
  }));

Deno.test("writePackage() gives the folder to all who may read the one above", () =>
  withTempDir(async (root) => {
    const dir = await writePackage(root, makeDraft(), filesOf("graph"));
    const [made, above] = [await Deno.stat(dir), await Deno.stat(join(dir, ".."))];
    assertEquals(made.mode, above.mode);
  }));

Deno.test("writePackage() and claimVersion() refuse a version that exists", () =>
  withTempDir(async (root) => {
    await writePackage(root, makeDraft(), filesOf("graph"));
    for (
      const attempt of [
        () => writePackage(root, makeDraft(), filesOf("other")),
        () => claimVersion(root, makeDraft(), false),
      ]
    ) {
      const error = await assertRejects(attempt, PackageError, "--replace");
      assertEquals(error.code, "card");
    }
    assertEquals(await Deno.readTextFile(join(root, "unet-small/1.0.0/fp32.onnx")), "graph");
    await writePackage(root, makeDraft({ version: "1.0.1" }), filesOf("other"));
    assertEquals((await listPackages(root)).map(({ version }) => version), ["1.0.0", "1.0.1"]);
  }));

Deno.test("writePackage() replaces a version when it is told to", () =>
  withTempDir(async (root) => {
    const dir = await writePackage(root, makeDraft(), filesOf("graph"));
    await Deno.writeTextFile(join(dir, "int8.onnx"), "of the old one");
    await writePackage(root, makeDraft(), filesOf("other"), true);
    assertEquals(await contents(dir), ["card.json", "fp32.onnx", "golden.safetensors"]);
    assertEquals(await Deno.readTextFile(join(dir, "fp32.onnx")), "other");
    assertEquals(await contents(join(root, "unet-small"), "."), [
      ...["1.0.0", "1.0.0/card.json", "1.0.0/fp32.onnx", "1.0.0/golden.safetensors"],
    ]);
  }));

Deno.test("writePackage() leaves nothing behind of a draft that is no card", () =>
  withTempDir(async (root) => {
    const draft = makeDraft({ threshold: 2 });
    await assertRejects(() => writePackage(root, draft, filesOf("graph")), TypeError, "threshold");
    assertEquals(await contents(root), []);
  }));

Deno.test("writePackage() leaves the old version and no rest when it fails midway", () =>
  withTempDir(async (root) => {
    const dir = await writePackage(root, makeDraft(), filesOf("graph"));
    const before = await contents(root);
    const full = () => Promise.reject(new Error("no space left"));
    const failures = {
      "the card": (_from: string, to: string) => to.endsWith("card.json"),
      "the move": (from: string, to: string) => to === dir && from.includes(".new-"),
    };
    for (const [what, fails] of Object.entries(failures)) {
      const { rename } = Deno;
      using _failing = replaced(
        Deno,
        "rename",
        (from, to) => fails(String(from), String(to)) ? full() : rename(from, to),
      );
      const write = () => writePackage(root, makeDraft(), filesOf("other"), true);
      await assertRejects(write, Error, "no space left", what);
      assertEquals(await contents(root), before, what);
      assertEquals(await Deno.readTextFile(join(dir, "fp32.onnx")), "graph", what);
    }
  }));

Deno.test("claimVersion() gives back the version that a kill left between old and new, and clears the rests", () =>
  withTempDir(async (root) => {
    const dir = await writePackage(root, makeDraft(), filesOf("graph"));
    const before = await contents(root);
    // Killed before the old version is moved away, and before the new one is moved in.
    for (const moved of ["from", "to"]) {
      const module = new URL("../../../trainer/package/write_package.ts", import.meta.url).href;
      const [draft, files] = [makeDraft(), filesOf("other")];
      const code = `
        const { writePackage } = await import(${JSON.stringify(module)});
        const { rename } = Deno;
        const kill = () => { Deno.kill(Deno.pid, "SIGKILL"); return new Promise(() => {}); };
        Deno.rename = (from, to) =>
          ${moved} === ${JSON.stringify(dir)} ? kill() : rename(from, to);
        const bytes = (value) => new Uint8Array(value);
        await writePackage(${JSON.stringify(root)}, ${JSON.stringify(draft)}, {
          variants: { fp32: { bytes: bytes(${JSON.stringify([...files.variants.fp32.bytes])}) } },
          golden: bytes(${JSON.stringify([...files.golden])}),
          tolerance: 1e-4,
        }, true);`;
      const { signal } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
      assertEquals(signal, "SIGKILL");
      assertEquals((await listPackages(root)).length, moved === "from" ? 1 : 0);
      await assertRejects(() => claimVersion(root, makeDraft(), false), PackageError, "--replace");
      assertEquals(await contents(root), before);
      assertEquals(await Deno.readTextFile(join(dir, "fp32.onnx")), "graph");
    }
  }));
