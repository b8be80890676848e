// A server of its own process, as a user starts it.

import { fromFileUrl } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
/** A first start may have to fetch packages. */
const START_TIMEOUT_MS = 120_000;

export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  /** All that it has said so far. */
  readonly log: readonly string[];
  signal(name: Deno.Signal): void;
  /** Resolves with the exit code when it has ended. */
  readonly ended: Promise<number>;
}

/** Runs a command of the project to its end. */
export async function runCommand(args: readonly string[]): Promise<{ code: number; err: string }> {
  const { code, stderr } = await command(args).output();
  return { code, err: new TextDecoder().decode(stderr) };
}

/** Starts `runtime/serve.ts` or `runtime/demo.ts` and waits until it is ready. */
export async function startProcess(
  script: "serve" | "demo",
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = command([`-P=${script}`, `runtime/${script}.ts`, "--port=0", ...args], env).spawn();
  const log: string[] = [];
  const ready = Promise.withResolvers<string>();
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      log.push(...text.split("\n").filter((line) => line !== ""));
      const page = log.join("\n").match(/(?:page|line:) +(https?:[^\s"]+)\//);
      if (page) ready.resolve(page[1]!);
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  const ended = child.status.then(({ code }) => code);
  ended.then((code) => ready.reject(new Error(`ended with code ${code}:\n${log.join("\n")}`)));
  const timer = setTimeout(() => {
    ready.reject(new Error(`not ready in time:\n${log.join("\n")}`));
  }, START_TIMEOUT_MS);
  try {
    return {
      url: await ready.promise,
      log,
      ended,
      signal: (name) => child.kill(name),
      async [Symbol.asyncDispose]() {
        try {
          child.kill("SIGTERM");
        } catch { /* it has ended already */ }
        await ended;
        await reading;
      },
    };
  } catch (error) {
    try {
      child.kill("SIGKILL");
    } catch { /* it has ended already */ }
    await Promise.all([ended, reading]);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function command(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...args],
    cwd: ROOT,
    ...{ stdin: "null", stdout: "piped", stderr: "piped", env: { NO_COLOR: "1", ...env } },
  });
}
