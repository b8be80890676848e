// A server of its own process with the tiny package, on the provider that every machine has.

import { join } from "@std/path";
import { startProcess } from "./server_process.ts";
import { writeTinyPackage } from "./tiny_model.ts";

/** @param env settings in its environment. */
export async function startTiny(env: Readonly<Record<string, string>> = {}) {
  const stack = new AsyncDisposableStack();
  const root = await Deno.makeTempDir({ prefix: "lineside-models-" });
  stack.defer(() => Deno.remove(root, { recursive: true }));
  await writeTinyPackage(join(root, "tiny", "1.0.0"));
  const flags = [`--models=${root}`, "--model=tiny", "--provider=wasm", "--threads=1"];
  const server = stack.use(await startProcess("serve", flags, env));
  return { ...server, root, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
