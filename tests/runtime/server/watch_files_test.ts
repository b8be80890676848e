import { assertEquals } from "@std/assert";
import { watchFiles } from "../../../runtime/server/watch_files.ts";
import { until } from "../../helpers/served_app.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("watchFiles() tells of a file that has become another, not of one that is away", async () => {
  const clock = fakeClock();
  const now: Record<string, string | undefined> = { a: "1", b: "1" };
  let changes = 0;
  const stop = await watchFiles(["a", "b"], () => Promise.resolve(void changes++), {
    clock,
    look: (path) => Promise.resolve(now[path]),
    refused() {},
  });
  const after = async () => {
    clock.advance(2000);
    await turn();
    return changes;
  };
  assertEquals(await after(), 0);
  now.b = undefined;
  assertEquals(await after(), 0);
  now.b = "2";
  assertEquals([await after(), await after()], [1, 1]);
  stop();
  now.a = "2";
  assertEquals([await after(), clock.pending], [1, 0]);
});

Deno.test("watchFiles() comes back to what could not be taken, and says why once for each state", async () => {
  const clock = fakeClock();
  let [file, readable, reads] = ["1", false, 0];
  const why: string[] = [];
  const stop = await watchFiles(["a"], () => {
    reads++;
    return readable ? Promise.resolve() : Promise.reject(new Error("denied"));
  }, {
    clock,
    look: () => Promise.resolve(file),
    refused: ({ message }) => void why.push(`${file} ${message}`),
  });
  const after = async () => {
    clock.advance(2000);
    await turn();
    return reads;
  };
  assertEquals(await after(), 0);
  file = "2";
  assertEquals([await after(), await after(), why], [1, 2, ["2 denied"]]);
  file = "3";
  assertEquals([await after(), await after(), why], [3, 4, ["2 denied", "3 denied"]]);
  readable = true;
  assertEquals([await after(), await after(), why.length], [5, 5, 2]);
  stop();
});

Deno.test("watchFiles() sees a file whose owner or mode has changed", () =>
  withTempDir(async (dir) => {
    const clock = fakeClock();
    const file = `${dir}/key`;
    await Deno.writeTextFile(file, "x", { mode: 0o600 });
    let changes = 0;
    const stop = await watchFiles([file], () => Promise.resolve(void changes++), {
      clock,
      refused() {},
    });
    const writtenMs = Deno.statSync(file).ctime!.getTime();
    await until(() => Date.now() > writtenMs + 1100); // Deno tells this time in whole seconds
    await Deno.chmod(file, 0o640);
    clock.advance(2000);
    await until(() => clock.pending === 1);
    assertEquals(changes, 1);
    stop();
  }));
