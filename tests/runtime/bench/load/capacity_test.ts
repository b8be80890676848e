import { assert, assertEquals } from "@std/assert";
import { measureBareRun, measureCapacity } from "../../../../runtime/bench/load/capacity.ts";
import { rawFrames } from "../../../../runtime/bench/load/frames.ts";
import { tinyPackage } from "../../../helpers/tiny_model.ts";

Deno.test("measureCapacity() and measureBareRun() time a package on this box", async () => {
  await using tiny = await tinyPackage();
  const engine = { packageDir: tiny.dir, provider: "cpu", lanes: 2, threads: 1 } as const;
  const { framesPerSecond, lanes, serviceMs } = await measureCapacity(engine, rawFrames(1), 100);
  assertEquals(lanes, 2);
  assert(framesPerSecond > 1);
  assertEquals(Math.round(serviceMs * framesPerSecond), 2000);
  assert(await measureBareRun(engine, 3) > 0);
});
