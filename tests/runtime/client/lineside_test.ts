import { delay } from "@std/async/delay";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { goodPng } from "../../helpers/frames.ts";
import {
  EVENTS,
  type ScriptedConnection,
  scriptedServer,
  verdictEvent,
} from "../../helpers/scripted_server.ts";
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

const OK = "HTTP/1.1 200 OK\r\n";

/** What the Python client sees of the events of a server. */
async function follow(url: string, count: number, ...settings: string[]) {
  const script = "tests/runtime/client/lineside_events_check.py";
  return JSON.parse(await python(script, url, `${count}`, ...settings));
}

await testIf(
  "python",
  "lineside.py comes back behind an id that came without an event",
  async () => {
    await using server = scriptedServer([
      ({ write }) => write(EVENTS + "retry:2000\nid:run-7\n\n"),
      ({ write }) => write(EVENTS + verdictEvent(8)),
    ]);
    const seen = await follow(server.url, 1);
    assertEquals(seen, { sequences: [8], waits: [0.25], failure: null });
    const ids = server.requests.map((request) => /last-event-id: (\S+)/i.exec(request)?.[1]);
    assertEquals(ids, [undefined, "run-7"]);
  },
);

await testIf("python", "lineside.py goes on when events break off inside a chunk", async () => {
  await using server = scriptedServer([
    ({ write }) => write(`${OK}transfer-encoding: chunked\r\n\r\n40\r\nid:run-7\n`),
    ({ write }) => write(EVENTS + verdictEvent(8)),
  ]);
  assertEquals((await follow(server.url, 1)).sequences, [8]);
});

await testIf(
  "python",
  "lineside.py tries again after 408 and 429, when the server says",
  async () => {
    const refuse = (status: string) => ({ write }: ScriptedConnection) =>
      write(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`);
    const limited = "429 Too Many Requests\r\nretry-after:";
    await using server = scriptedServer([
      refuse("408 Request Timeout"),
      refuse(`${limited} 7`),
      refuse(`${limited} ${new Date(Date.now() + 86_400_000).toUTCString()}`),
      refuse(`${limited} soon`),
      refuse("404 Not Found"),
    ]);
    assertEquals(await follow(server.url, 1), {
      ...{ sequences: [], waits: [0.25, 7, 600, 2], failure: "ProblemError" },
    });
  },
);

await testIf(
  "python",
  "lineside.py waits longer for events than for answers, but not for ever",
  async () => {
    await using server = scriptedServer([
      async ({ write, left }) => {
        await write(EVENTS + ": keep-alive\n\n");
        await delay(600);
        await write(verdictEvent(1));
        await left;
      },
      ({ write }) => write(EVENTS + verdictEvent(2)),
    ]);
    const seen = await follow(server.url, 2, "timeout=0.2", "EVENT_SILENCE=1.5");
    assertEquals([seen.sequences, server.requests.length], [[1, 2], 2]);
  },
);

await testIf(
  "python",
  "lineside.py does not count breaks of connections that stayed open",
  async () => {
    const quiet = async ({ write }: ScriptedConnection) => {
      await write(EVENTS + ": keep-alive\n\n");
      await delay(600);
    };
    await using server = scriptedServer([
      ...[quiet, quiet, quiet],
      ({ write }) => write(EVENTS + verdictEvent(4)),
    ]);
    const settings = ["attempts=2", "STEADY=0.2"];
    assertEquals(await follow(server.url, 1, ...settings), {
      ...{ sequences: [4], waits: [0.25, 0.25, 0.25], failure: null },
    });
    await using hasty = scriptedServer([({ write }) => write(EVENTS)]);
    assertEquals((await follow(hasty.url, 1, "attempts=2")).failure, "ConnectionError");
  },
);

await testIf(
  "python",
  "lineside.py says on its command line that an answer broke off",
  async () => {
    await using server = scriptedServer([({ write }) => write(`${OK}content-length: 9\r\n\r\n{`)]);
    const run = () => python("runtime/client/lineside.py", "--server", server.url, "models");
    const { message } = await assertRejects(run, Error) as Error;
    assertStringIncludes(message, "lineside: IncompleteRead");
  },
);
