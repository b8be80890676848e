// Where ONNX Runtime puts the nodes of a graph. Only the log of a session tells, and the WebAssembly build writes it to the
// standard error of its process: so each graph is opened in a process of its own.

import { fromFileUrl } from "@std/path";

/** The nodes of a graph that one provider runs. */
export interface Placement {
  /** As ONNX Runtime names it, for example `CPUExecutionProvider`. */
  readonly provider: string;
  readonly count: number;
  /** `Conv (head/Conv)`, one each; empty when this provider has all nodes, for then the log lists none. */
  readonly nodes: readonly string[];
}

const SCRIPT = fromFileUrl(new URL("./placement_process.ts", import.meta.url));
/** A software GPU on a busy machine took 21 s for the largest graph. */
const LIMIT_MS = 120_000;
const INITIALIZED = "Session successfully initialized";

/**
 * Opens the bytes of an `.onnx` file as the runtime does on `webgpu`.
 *
 * @throws Error with the end of the log when the session cannot be created.
 */
export async function placeOnWebGpu(onnx: Uint8Array): Promise<Placement[]> {
  const path = await Deno.makeTempFile({ prefix: "lineside-", suffix: ".onnx" });
  try {
    await Deno.writeFile(path, onnx);
    const { success, signal, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-P=serve", SCRIPT, path],
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(LIMIT_MS),
    }).output();
    const log = new TextDecoder().decode(stderr);
    const placements = readPlacements(log);
    // Once in hundreds a software GPU's driver takes the process down on its way out: all was said by then.
    const isOpened = success || (signal !== null && log.includes(INITIALIZED));
    if (isOpened && placements.length > 0) return placements;
    throw new Error(`ONNX Runtime did not place the graph: ${log.slice(-2000)}`);
  } finally {
    await Deno.remove(path);
  }
}

function readPlacements(log: string): Placement[] {
  const placements: (Placement & { readonly nodes: string[] })[] = [];
  for (const line of log.split("\n")) {
    const [, text = ""] = line.split("VerifyEachNodeIsAssignedToAnEp]");
    const [, provider, count] = text.match(/placed on \[(\w+)\]\. Number of nodes: (\d+)/) ?? [];
    if (provider !== undefined) placements.push({ provider, count: Number(count), nodes: [] });
    else if (/^ +\w+ \(.+\)$/.test(text)) placements.at(-1)!.nodes.push(text.trim());
  }
  return placements;
}
