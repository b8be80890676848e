// Gates tests that need more than Deno. `LINESIDE_REQUIRE=webgpu,browser` makes a missing one fail;
// otherwise its tests are skipped, with a line that says what is missing and how to get it.

import { fromFileUrl, join } from "@std/path";
import { quietMesa } from "../../runtime/engine/adapter.ts";
import { exists } from "../../models/files.ts";
import { createSharpDecoder } from "../../runtime/decode_sharp.ts";
import { installedDevice } from "../../trainer/backend/location.ts";

export const CAPABILITIES = [
  ...["webgpu", "tensorflow", "browser", "shared", "sharp", "node", "python", "triton"] as const,
] as const;
export type Capability = typeof CAPABILITIES[number];

export interface Availability {
  readonly ok: boolean;
  /** What was found, or what is missing and how to get it. */
  readonly why: string;
}

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** Where the data that is not part of the project lies: `LINESIDE_SHARED_DATA`, or beside the checkout. */
export const sharedDataDir = Deno.env.get("LINESIDE_SHARED_DATA") ?? join(ROOT, "../shared/data");

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"].map((name) =>
  `/usr/bin/${name}`
);

/** Path of Chromium: `LINESIDE_BROWSER`, or where Linux distributions put it. */
export async function findBrowser(): Promise<string | undefined> {
  const named = Deno.env.get("LINESIDE_BROWSER");
  for (const path of named ? [named] : BROWSERS) if (await exists(path)) return path;
  return undefined;
}

/** Path of Node 22.18 or newer, which strips types: `LINESIDE_NODE`, or `node`. */
export async function findNode(): Promise<string | undefined> {
  const node = Deno.env.get("LINESIDE_NODE") ?? "node";
  const version = await outputOf(node, "--version");
  const [, major, minor] = version?.match(/^v(\d+)\.(\d+)\./) ?? [];
  return Number(major) > 22 || (Number(major) === 22 && Number(minor) >= 18) ? node : undefined;
}

/** Path of a Python that has the modules: `LINESIDE_PYTHON`, or `python3`. */
export async function findPython(...modules: string[]): Promise<string | undefined> {
  const python = Deno.env.get("LINESIDE_PYTHON") ?? "python3";
  const imports = ["sys", ...modules].map((name) => `import ${name}`).join("; ");
  return await outputOf(python, "-c", imports) === undefined ? undefined : python;
}

/** What a command prints, or undefined when it is missing or fails. */
async function outputOf(command: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(command, { args, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const CHECKS: Record<Capability, () => Promise<Availability>> = {
  webgpu: async () => {
    quietMesa();
    const adapter = await navigator.gpu?.requestAdapter();
    return adapter
      ? { ok: true, why: adapter.info.description }
      : { ok: false, why: "no WebGPU adapter; on Debian: apt-get install mesa-vulkan-drivers" };
  },
  tensorflow: async () => {
    const device = await installedDevice();
    return device
      ? { ok: true, why: `libtensorflow for ${device}` }
      : { ok: false, why: "TensorFlow is not set up; run: deno task trainer:setup" };
  },
  browser: async () => {
    const path = await findBrowser();
    return path ? { ok: true, why: path } : {
      ok: false,
      why: "no Chromium; on Debian: apt-get install chromium, or set LINESIDE_BROWSER",
    };
  },
  node: async () => {
    const path = await findNode();
    return path ? { ok: true, why: path } : {
      ok: false,
      why: "no Node 22.18 or newer; set LINESIDE_NODE",
    };
  },
  python: async () => {
    const path = await findPython("websockets.sync.client");
    return path ? { ok: true, why: path } : {
      ok: false,
      why: "no python3 with websockets; pip install websockets, or set LINESIDE_PYTHON",
    };
  },
  triton: async () => {
    const path = await findPython("tritonclient.http", "onnxruntime");
    return path ? { ok: true, why: path } : {
      ok: false,
      why:
        `no python3 with tritonclient and onnxruntime; pip install "tritonclient[http]" onnxruntime`,
    };
  },
  sharp: async () => {
    try {
      await createSharpDecoder();
      return { ok: true, why: "sharp" };
    } catch (error) {
      return { ok: false, why: (error as Error).message };
    }
  },
  shared: async () =>
    await exists(sharedDataDir)
      ? { ok: true, why: sharedDataDir }
      : { ok: false, why: `no folder ${sharedDataDir}; set LINESIDE_SHARED_DATA` },
};

const results = new Map<Capability, Promise<Availability>>();

/** Is it here? Looked up once per test file. */
export function available(capability: Capability): Promise<Availability> {
  const known = results.get(capability) ?? CHECKS[capability]();
  results.set(capability, known);
  return known;
}

const required = parseRequired(Deno.env.get("LINESIDE_REQUIRE") ?? "");
const said = new Set<Capability>();

/** Registers a test that needs one or more capabilities. Await it at the top of a test file. */
export async function testIf(
  needed: Capability | readonly Capability[],
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): Promise<void> {
  for (const capability of ([needed] as const).flat()) {
    const { ok, why } = await available(capability);
    if (ok) continue;
    if (required.has(capability)) {
      return Deno.test(name, () => {
        throw new Error(`LINESIDE_REQUIRE names ${capability}: ${why}`);
      });
    }
    if (!said.has(capability)) console.error(`Skipping tests that need ${capability}: ${why}`);
    said.add(capability);
    return Deno.test.ignore(name, fn);
  }
  Deno.test(name, fn);
}

function parseRequired(list: string): Set<Capability> {
  const names = list.split(",").map((name) => name.trim()).filter((name) => name !== "");
  for (const name of names) {
    if (!(CAPABILITIES as readonly string[]).includes(name)) {
      throw new RangeError(
        `Cannot read LINESIDE_REQUIRE: "${name}" is not one of ${CAPABILITIES.join(", ")}`,
      );
    }
  }
  return new Set(names as Capability[]);
}
