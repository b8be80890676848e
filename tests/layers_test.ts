// The layer rule: runtime → models ← trainer. It reads the module graph that Deno itself builds.

import { assertEquals } from "@std/assert";
import { fromFileUrl, join, relative, toFileUrl } from "@std/path";

const root = fromFileUrl(new URL("../", import.meta.url));
/** Pictures, not code. */
const generated = join(root, "fixtures", "data");
const rooms = ["fixtures", "models", "runtime", "trainer"];

/** Files that may look into a room their own room may not. */
const doors: Readonly<Record<string, string>> = {
  "runtime/demo_parts.ts": "fixtures",
  "runtime/bench.ts": "fixtures",
  "trainer/data/root.ts": "fixtures",
};

const mayImport: Readonly<Record<string, readonly string[]>> = {
  models: ["models"],
  runtime: ["runtime", "models"],
  trainer: ["trainer", "models"],
  fixtures: ["fixtures", "models"],
};

interface Module {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: { readonly specifier?: string };
    readonly type?: { readonly specifier?: string };
  }[];
}

/** For every file of the project, what it imports: files by their path in the project, packages by their name. */
const imports = await readImports();

Deno.test("rooms import only the rooms that the layer rule allows", () => {
  const wrong = edges().filter(([from, to]) =>
    rooms.includes(room(to)) && !mayImport[room(from)]?.includes(room(to)) &&
    doors[from] !== room(to)
  );
  assertEquals(wrong, []);
});

Deno.test("every door is used", () => {
  const used = edges().filter(([from, to]) => doors[from] === room(to)).map(([from]) => from);
  assertEquals([...new Set(used)].sort(), Object.keys(doors).sort());
});

Deno.test("no file imports itself, however far around", () => {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) throw new Error(`cycle: ${[...path, file].join(" → ")}`);
    if (done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
});

Deno.test("onnxruntime is used in one file of the runtime and one of the trainer", () => {
  assertEquals(importersOf(/^onnxruntime-web/), [
    "runtime/engine/fetch_packages.ts", // for the download alone
    "runtime/engine/onnxruntime.ts",
    "trainer/package/verify.ts",
  ]);
});

Deno.test("onnxruntime's native build is loaded where its telemetry is turned off, and nowhere else", () => {
  assertEquals(importersOf(/^onnxruntime-node/), ["models/native_onnxruntime.ts"]);
});

Deno.test("TensorFlow.js is imported under trainer/ only", () => {
  assertEquals(importersOf(/^@tensorflow\//).filter((file) => room(file) !== "trainer"), []);
});

Deno.test("networks import only the vocabulary and each other", () => {
  const allowed = /^trainer\/(networks\/\w+|ops\/ops|ops\/padding)\.ts$/;
  const wrong = edges().filter(([from, to]) =>
    from.startsWith("trainer/networks/") && !allowed.test(to)
  );
  assertEquals(wrong, []);
});

function room(path: string): string {
  return path.split("/")[0] ?? "";
}

function edges(): (readonly [from: string, to: string])[] {
  return [...imports].flatMap(([from, targets]) => targets.map((to) => [from, to] as const));
}

function importersOf(name: RegExp): string[] {
  return [...new Set(edges().filter(([, to]) => name.test(to)).map(([from]) => from))].sort();
}

async function readImports(): Promise<Map<string, string[]>> {
  const files = (await Promise.all(rooms.map((name) => listSources(join(root, name))))).flat();
  const cache = join(root, ".cache");
  await Deno.mkdir(cache, { recursive: true });
  const entry = await Deno.makeTempFile({ dir: cache, suffix: ".ts" });
  try {
    const lines = files.map((file) => `import ${JSON.stringify(toFileUrl(file).href)};`);
    await Deno.writeTextFile(entry, lines.join("\n"));
    const { stdout, success } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", join(root, "deno.json"), entry],
      stderr: "inherit",
    }).output();
    if (!success) throw new Error("deno info failed");
    const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] };
    return new Map(
      modules.filter(({ specifier }) => isSource(specifier) && specifier !== toFileUrl(entry).href)
        .map((module) => [toPath(module.specifier), targetsOf(module)]),
    );
  } finally {
    await Deno.remove(entry);
  }
}

function targetsOf({ specifier, error, dependencies = [] }: Module): string[] {
  if (error !== undefined) throw new Error(`${specifier}: ${error}`);
  return dependencies.map((dependency) => {
    const target = dependency.code?.specifier ?? dependency.type?.specifier ?? "";
    return isSource(target) ? toPath(target) : dependency.specifier;
  });
}

function isSource(specifier: string): boolean {
  return specifier.startsWith(toFileUrl(root).href);
}

function toPath(specifier: string): string {
  return relative(root, fromFileUrl(specifier)).replaceAll("\\", "/");
}

async function listSources(dir: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    const path = join(dir, name);
    if (isDirectory && path !== generated) files.push(...await listSources(path));
    else if (name.endsWith(".ts")) files.push(path);
  }
  return files;
}
