import { assertEquals } from "@std/assert";
import { watchFiles } from "../../../runtime/server/watch_files.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("watchFiles() tells of a file that has become another, not of one that is away", async () => {
  const clock = fakeClock();
  const now: Record<string, string | undefined> = { a: "1", b: "1" };
  let changes = 0;
  const stop = await watchFiles(["a", "b"], () => Promise.resolve(void changes++), {
    clock,
    look: (path) => Promise.resolve(now[path]),
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
