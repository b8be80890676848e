// Are the parts there that onnxruntime-node needs for CUDA? Looks at files only: loading what is not there makes it write to the
// terminal.

import { fromFileUrl, join } from "@std/path";

export interface CudaState {
  readonly usable: boolean;
  /** Where the library is, or why CUDA cannot be used. */
  readonly description: string;
}

const LIBRARY = "libonnxruntime_providers_cuda.so";

/**
 * Looks for onnxruntime-node's CUDA library. Its install script fetches it, which Deno does not run unasked. Never throws.
 *
 * @param entry file URL of onnxruntime-node's module.
 * @param platform as `Deno.build` says.
 */
export async function findCuda(
  entry: string = import.meta.resolve("onnxruntime-node"),
  platform: { readonly os: string; readonly arch: string } = Deno.build,
): Promise<CudaState> {
  const { os, arch } = platform;
  if (os !== "linux" || arch !== "x86_64") {
    return absent(`onnxruntime-node has CUDA for Linux on x86-64, this is ${os} on ${arch}`);
  }
  try {
    const bin = fromFileUrl(new URL("../bin", entry));
    for await (const { name } of Deno.readDir(bin)) {
      const path = join(bin, name, "linux", "x64", LIBRARY);
      if (await isFile(path)) return { usable: true, description: path };
    }
    return absent(
      `${LIBRARY} is not in ${bin}: the install script of onnxruntime-node puts it there (--onnxruntime-node-install=cuda12)`,
    );
  } catch (error) {
    return absent(`cannot look for ${LIBRARY}: ${(error as Error).message}`);
  }
}

function absent(description: string): CudaState {
  return { usable: false, description };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
