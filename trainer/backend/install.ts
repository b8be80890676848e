// Builds the tensorflow backend's native part: libtensorflow out of its PyPI wheel, and the add-on of tfjs-node-gpu compiled
// against it. The package's own installer is not used: it downloads from a place that may be closed, and pins CUDA 11.

import { dirname, join } from "@std/path";
import { exists } from "../../models/files.ts";
import nodeApiHeaders from "node-api-headers";
import tfjsNode from "@tensorflow/tfjs-node-gpu/package.json" with { type: "json" };
import { nativeDir, stampPath, type TensorflowDevice, tensorflowVersion } from "./location.ts";

/** The machine lacks something; the message says what to install. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

export interface InstallOptions {
  readonly device: TensorflowDevice;
  /** Builds again what is there. @default false */
  readonly force?: boolean;
  /** Takes lines of progress. */
  readonly log: (line: string) => void;
}

interface Wheel {
  readonly name: string;
  readonly platform: string;
  readonly megabytes: number;
}

/** The wheel with libtensorflow, for each kind of machine that there is one for. */
const wheels: Readonly<Record<string, Wheel>> = {
  "cpu x86_64": { name: "tensorflow-cpu", platform: "manylinux_2_17_x86_64", megabytes: 207 },
  "cpu aarch64": { name: "tensorflow-cpu-aws", platform: "manylinux_2_17_aarch64", megabytes: 212 },
  "gpu x86_64": { name: "tensorflow", platform: "manylinux_2_17_x86_64", megabytes: 475 },
};

const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** Unpacks what is needed of the wheel; the rest is Python. */
const unpackScript = `
import shutil, sys, zipfile
wheel, out = sys.argv[1:]
folders = ("tensorflow/include/tensorflow/c/", "tensorflow/include/tensorflow/core/platform/", "tensorflow/include/tsl/")
libraries = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name in libraries or name.startswith(folders) and name.endswith(".h"):
            archive.extract(name, out)
`;

/**
 * Sets the backend up if it is not: needs Python with pip, a C++ compiler, the PyPI index, and 1 GB on disk.
 * Interrupted, it starts again; two at once wait for each other.
 *
 * @returns Whether anything was done.
 * @throws SetupError when the machine lacks something.
 */
export async function installTensorflow(options: InstallOptions): Promise<boolean> {
  const { device, force = false, log } = options;
  const dir = nativeDir(device);
  await Deno.mkdir(dirname(dir), { recursive: true });
  using lock = await Deno.open(`${dir}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (!force && await exists(stampPath(device))) return false;

  const wheel = Deno.build.os === "linux" ? wheels[`${device} ${Deno.build.arch}`] : undefined;
  if (wheel === undefined) {
    throw new SetupError(
      `TensorFlow ${tensorflowVersion} can be set up on Linux for ${
        Object.keys(wheels).join(", ")
      }; ` +
        `this is ${Deno.build.os}, ${device} ${Deno.build.arch}; train with --backend webgpu instead`,
    );
  }
  const python = await findTool("python3", ["-m", "pip", "--version"]);
  if (python === undefined) {
    throw new SetupError(
      "TensorFlow's libraries come as a Python wheel: install Python with pip (Debian: apt-get install python3-pip), " +
        "or train with --backend webgpu",
    );
  }
  const compiler = await findTool("g++", ["--version"]);
  if (compiler === undefined) {
    throw new SetupError(
      "TensorFlow's add-on has to be compiled: install a C++17 compiler (Debian: apt-get install g++), " +
        "or train with --backend webgpu",
    );
  }

  const work = `${dir}.building`;
  await removeIfThere(work); // what an interrupted set-up left
  await Deno.mkdir(work);
  try {
    log(`Fetching ${wheel.name} ${tensorflowVersion} (${wheel.megabytes} MB) …`);
    const file = await download(python, wheel, work);
    log("Unpacking libtensorflow …");
    await run(python, ["-c", unpackScript, file, work]);
    log("Compiling the add-on …");
    await compile(compiler, work);
    log("Putting it in place …");
    await publish(work, dir, device);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return true;
}

async function download(python: string, wheel: Wheel, out: string): Promise<string> {
  const { name, platform } = wheel;
  const attempt = () =>
    run(python, [
      ...["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--python-version", "3.11"],
      ...["--platform", platform, "--disable-pip-version-check", "--quiet", "--dest", out],
      `${name}==${tensorflowVersion}`,
    ]);
  await attempt().catch(attempt); // a large download deserves a second try
  for await (const { name } of Deno.readDir(out)) {
    if (name.endsWith(".whl")) return join(out, name);
  }
  throw new SetupError(`pip downloaded ${name} but left no wheel in ${out}`);
}

async function compile(compiler: string, work: string): Promise<void> {
  // Deno keeps the packages of a registry beside each other, as <name>/<version>.
  const registry = dirname(dirname(dirname(nodeApiHeaders.include_dir)));
  const binding = join(registry, tfjsNode.name, tfjsNode.version, "binding");
  await run(compiler, [
    ...["-std=c++17", "-O2", "-fPIC", "-shared", "-DNAPI_VERSION=8"],
    ...[nodeApiHeaders.include_dir, join(work, "tensorflow/include"), binding].map((d) => `-I${d}`),
    ...[join(binding, "tfjs_backend.cc"), join(binding, "tfjs_binding.cc")],
    ...["-o", join(work, "tfjs_binding.node"), `-L${join(work, "tensorflow")}`],
    ...libraries.map((library) => `-l:${library}`),
    "-Wl,-rpath,$ORIGIN",
  ]);
}

/** Moves the libraries and the add-on into a folder that appears whole. */
async function publish(work: string, dir: string, device: TensorflowDevice): Promise<void> {
  const ready = join(work, "ready");
  await Deno.mkdir(ready);
  for (const library of libraries) {
    await Deno.rename(join(work, "tensorflow", library), join(ready, library));
  }
  await Deno.rename(join(work, "tfjs_binding.node"), join(ready, "tfjs_binding.node"));
  const stamp = { tensorflow: tensorflowVersion, device, tfjs: tfjsNode.version };
  await Deno.writeTextFile(join(ready, "installed.json"), JSON.stringify(stamp));
  await removeIfThere(dir);
  await Deno.rename(ready, dir);
}

async function removeIfThere(folder: string): Promise<void> {
  if (await exists(folder)) await Deno.remove(folder, { recursive: true });
}

/** The tool's name, if it runs and succeeds. */
async function findTool(name: string, args: string[]): Promise<string | undefined> {
  try {
    const { success } = await new Deno.Command(name, {
      ...{ args, stdout: "null", stderr: "null" },
      ...environment(),
    }).output();
    return success ? name : undefined;
  } catch (error) {
    // A program that is not there cannot be resolved, so no permission to run it can be granted either.
    const { NotFound, NotCapable } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotCapable) return undefined;
    throw error;
  }
}

/** This process's, without what makes a loader take other libraries: Deno starts no program with that on a list of programs. */
function environment(): Pick<Deno.CommandOptions, "clearEnv" | "env"> {
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !/^(?:LD|DYLD)_/.test(name));
  return { clearEnv: true, env: Object.fromEntries(kept) };
}

async function run(tool: string, args: string[]): Promise<void> {
  const { success, code, stderr } = await new Deno.Command(tool, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...environment(),
  }).output();
  if (success) return;
  const last = new TextDecoder().decode(stderr).trim().split("\n").slice(-15).join("\n");
  throw new SetupError(`${tool} ended with ${code}:\n${last}`);
}
