import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { FolderSnapshot } from "../../../runtime/registry/folder_snapshot.ts";
import { listenToFolder, watchFolder } from "../../../runtime/registry/folder_watch.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { settled } from "../../helpers/fake_lane.ts";
import { until } from "../../helpers/served_app.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

const seen = (signature: string): FolderSnapshot =>
  new Map([["tiny/1.0.0", { name: "tiny", version: "1.0.0", signature, problem: undefined }]]);

async function bench({ events = true } = {}) {
  const clock = fakeClock();
  const state = { folder: new Map() as FolderSnapshot, reads: 0, deaf: false, error: false };
  const changes: string[] = [];
  const log: string[] = [];
  let tell = () => {};
  const watch = await watchFolder({
    ...{ clock, settleMs: 1000, pollMs: 5000 },
    readFolder() {
      state.reads++;
      return state.error ? Promise.reject(new Error("gone")) : Promise.resolve(state.folder);
    },
    listen(onEvent) {
      tell = onEvent;
      return events ? () => state.deaf = true : undefined;
    },
    onChange: ({ settled }) => changes.push(settled.map(({ version }) => version).join()),
    log: (line) => log.push(line),
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  return { clock, state, changes, log, watch, pass, tell: () => tell() };
}

Deno.test("watchFolder() looks soon after an event, once for many, and until all has settled", async () => {
  const { state, changes, pass, tell, clock } = await bench();
  state.folder = seen("a");
  for (let event = 0; event < 100; event++) tell();
  assertEquals(clock.pending, 1);
  await pass(1000);
  assertEquals([state.reads, changes], [2, []]);
  await pass(1000);
  assertEquals([state.reads, changes], [3, ["1.0.0"]]);
  await pass(4999);
  assertEquals(state.reads, 3);
  await pass(1);
  assertEquals([state.reads, changes], [4, ["1.0.0"]]);
});

Deno.test("watchFolder() looks now and then where nothing tells", async () => {
  const { state, changes, pass } = await bench({ events: false });
  state.folder = seen("a");
  await pass(5000);
  await pass(1000);
  assertEquals(changes, ["1.0.0"]);
});

Deno.test("watchFolder() looks again when an event came while it looked", async () => {
  const { state, pass, tell, clock } = await bench();
  tell();
  clock.advance(1000); // it looks
  tell();
  await settled();
  await pass(1000);
  assertEquals(state.reads, 3);
});

Deno.test("watchFolder() goes on when the folder cannot be read", async () => {
  const { state, log, pass } = await bench();
  state.error = true;
  await pass(5000);
  assertEquals(log, ["The models folder could not be read: gone"]);
  state.error = false;
  await pass(5000);
  assertEquals([state.reads, log.length], [3, 1]);
});

Deno.test("watchFolder() stops: no timer, no listening", async () => {
  const { state, watch, clock } = await bench();
  await watch.stop();
  assertEquals([clock.pending, state.deaf], [0, true]);
});

Deno.test("listenToFolder() hears of files below, until it is closed", () =>
  withTempDir(async (root) => {
    let heard = 0;
    const close = listenToFolder(root, console.error)(() => heard++)!;
    await Deno.mkdir(join(root, "tiny", "1.0.0"), { recursive: true });
    await until(() => heard > 0);
    close();
  }));

Deno.test("listenToFolder() says that nothing tells in a folder that is not there", () => {
  const log: string[] = [];
  assertEquals(listenToFolder("no/such/folder", (line) => log.push(line))(() => {}), undefined);
  assertEquals(log[0]?.startsWith("The models folder tells no changes, looking instead"), true);
});
