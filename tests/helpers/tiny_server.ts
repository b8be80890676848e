// A server of its own process with the tiny package, on the provider that every machine has.

import { join } from "@std/path";
import { startProcess } from "./server_process.ts";
import { writeTinyPackage } from "./tiny_model.ts";

/** @param options.env settings in its environment, `flags` others than the usual ones. */
export async function startTiny(
  { env = {}, flags: more = [] }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly flags?: readonly string[];
  } = {},
) {
  const stack = new AsyncDisposableStack();
  const root = await Deno.makeTempDir({ prefix: "lineside-models-" });
  stack.defer(() => Deno.remove(root, { recursive: true }));
  await writeTinyPackage(join(root, "tiny", "1.0.0"));
  const flags = [`--models=${root}`, "--model=tiny", "--provider=wasm", "--threads=1", ...more];
  const server = stack.use(await startProcess("serve", flags, env));
  return { ...server, root, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
