// The server as a second process on a free port, as a user starts it.

import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("../../../", import.meta.url));
/** For loading and golden checks, and for packages that a first start may have to fetch. */
const START_TIMEOUT_MS = 180_000;

export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** What it said when it was ready, e.g. "unet-tiny 1.2.0, fp32 on cpu, lanes 2". */
  readonly described: string;
  /** Resident memory in bytes; undefined where the system does not tell. */
  residentBytes(): Promise<number | undefined>;
}

/** As the task `serve` runs it: young objects of a stream die at once, so V8 needs little room for them. */
const asTheTask = ["--v8-flags=--max-semi-space-size=2", "-P=serve"];

/**
 * Starts `runtime/serve.ts` and waits until it is ready. Disposing stops it in good order.
 *
 * @param args flags beside `--port=0`.
 * @throws {Error} with the server's last words when it does not come up.
 */
export async function startServerProcess(args: readonly string[]): Promise<ServerProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...asTheTask, "runtime/serve.ts", "--port=0", ...args],
    cwd: ROOT,
    ...{ stdin: "null", stdout: "null", stderr: "piped" },
  }).spawn();
  const said: string[] = [];
  const ready = Promise.withResolvers<{ url: string; described: string }>();
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said.push(text);
      if (said.length > 200) said.shift();
      const found = said.join("").match(/Ready: (.+)\n(?:.*\n)*? +page +(http:\S+)\//);
      if (found) ready.resolve({ described: found[1]!, url: found[2]! });
    }
  })();
  const ended = child.status.then(({ code }) => {
    ready.reject(new Error(`The server ended with code ${code}:\n${said.join("")}`));
  });
  const timer = setTimeout(() => {
    ready.reject(new Error(`The server is not ready in time:\n${said.join("")}`));
  }, START_TIMEOUT_MS);

  async function stop(signal: Deno.Signal): Promise<void> {
    try {
      child.kill(signal);
    } catch { /* it has ended already */ }
    await Promise.all([ended, reading]);
  }
  try {
    return {
      ...await ready.promise,
      residentBytes: () => readResidentBytes(child.pid),
      [Symbol.asyncDispose]: () => stop("SIGTERM"),
    };
  } catch (error) {
    await stop("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** By `ps`, since Deno guards /proc; there is none on Windows. */
async function readResidentBytes(pid: number): Promise<number | undefined> {
  if (Deno.build.os === "windows") return undefined;
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "rss=", "-p", `${pid}`] })
    .output();
  const kib = Number(new TextDecoder().decode(stdout).trim() || NaN);
  return Number.isFinite(kib) ? kib * 1024 : undefined;
}
