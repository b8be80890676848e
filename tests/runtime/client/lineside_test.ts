import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { goodPng } from "../../helpers/frames.ts";
import { findPython, testIf } from "../../helpers/require.ts";
import { startTiny } from "../../helpers/tiny_server.ts";

const ROOT = fromFileUrl(new URL("../../../", import.meta.url));

/** Runs a Python script; its output. @throws {Error} with what it said, when it fails. */
async function python(...args: string[]): Promise<string> {
  const path = [join(ROOT, "runtime/client"), Deno.env.get("PYTHONPATH")].filter(Boolean).join(":");
  const { success, stdout, stderr } = await new Deno.Command((await findPython())!, {
    args,
    cwd: ROOT,
    env: { PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

await testIf("python", "lineside.py segments, streams and follows events", async () => {
  await using server = await startTiny();
  const frame = join(server.root, "frame.png");
  await Deno.writeFile(frame, goodPng);
  const output = await python("tests/runtime/client/lineside_check.py", server.url, "tiny", frame);
  const { pixels, ...seen } = JSON.parse(output);
  assertEquals(seen, {
    models: ["tiny"],
    segment: ["defect", 1, [4, 8]],
    raw: "ok",
    picture: "89504e47",
    problem: [422, "corrupt"],
    welcome: ["python", "tiny"],
    done: ["done", 12.5, [8, 4], 32],
    refused: ["refused", "size-mismatch"],
    counters: 2,
    events: ["missed", 0, 2],
    closed: 4404,
  });
  assertEquals(pixels > 0 && pixels < 32, true);
});

await testIf("python", "lineside.py has a command line", async () => {
  await using server = await startTiny();
  const frame = join(server.root, "frame.png");
  await Deno.writeFile(frame, goodPng);
  const run = (...args: string[]) =>
    python("runtime/client/lineside.py", "--server", server.url, ...args);
  assertEquals(await run("models"), "tiny 1.0.0 ready wasm\n");
  const lines = await run("segment", "tiny", frame, frame);
  assertEquals(lines.trim().split("\n").map((line) => JSON.parse(line).verdict), [
    ...["defect", "defect"],
  ]);
  const picture = join(server.root, "out.png");
  await run("segment", "tiny", frame, "--picture", "overlay", "--out", picture);
  assertEquals((await Deno.readFile(picture))[0], 0x89);
  assertEquals(JSON.parse(await run("stream", "tiny", frame)).outcome, "done");
});

await testIf("python", "lineside.py gives its token with requests and streams", async () => {
  const token = "t".repeat(40);
  await using server = await startTiny({ env: { LINESIDE_TOKEN: token } });
  const frame = join(server.root, "frame.png");
  await Deno.writeFile(frame, goodPng);
  const run = (...args: string[]) =>
    python("runtime/client/lineside.py", "--server", server.url, ...args);
  await assertRejects(() => run("models"), Error, "needs a token");
  await assertRejects(() => run("stream", "tiny", frame), Error, "needs a token");
  assertEquals(await run("--token", token, "models"), "tiny 1.0.0 ready wasm\n");
  const streamed = await run("--token", token, "stream", "tiny", frame);
  assertEquals(JSON.parse(streamed).outcome, "done");
});
