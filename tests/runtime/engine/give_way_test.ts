import { assertEquals } from "@std/assert";

const MODULE = new URL("../../../runtime/engine/give_way.ts", import.meta.url).href;

/** What giveWay() does in a Worker of another process: by how much its thread and the main one are lowered. */
async function lowered({ os, flags }: { os: string; flags: string[] }): Promise<unknown> {
  const worker = `import { giveWay } from "${MODULE}";
import { getPriority } from "node:os";
const look = () => { try { return getPriority(0) } catch { return 0 } };
const before = look();
const gave = giveWay("${os}");
postMessage({ gave, worker: look() - before, before });`;
  const main = `import { getPriority } from "node:os";
const look = () => { try { return getPriority(0) } catch { return 0 } };
const before = look();
const url = URL.createObjectURL(new Blob([${JSON.stringify(worker)}], { type: "text/javascript" }));
const worker = new Worker(url, { type: "module" });
worker.onmessage = ({ data }) => {
  console.log(JSON.stringify({ ...data, main: look() - before }));
  Deno.exit();
};`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-read", "--allow-import", ...flags, "-"],
    ...{ stdin: "piped", stdout: "piped", stderr: "inherit" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(main));
  await writer.close();
  return JSON.parse(new TextDecoder().decode((await child.output()).stdout));
}

const SYS = ["--allow-sys=getPriority,setPriority"];
const NICEST = 19;

Deno.test({
  name: "giveWay() lowers the priority of its own thread alone",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { before, ...found } = await lowered({ os: "linux", flags: SYS }) as { before: number };
    assertEquals(found, { gave: true, worker: Math.min(5, NICEST - before), main: 0 });
  },
});

Deno.test("giveWay() does nothing without permission, and where it would lower the whole process", async () => {
  const look = async (os: string, flags: string[]) => {
    const { gave, worker } = await lowered({ os, flags }) as { gave: boolean; worker: number };
    return [gave, worker];
  };
  assertEquals(await look("linux", []), [false, 0]);
  assertEquals(await look("darwin", SYS), [false, 0]);
});
