import { assert, assertEquals, assertRejects } from "@std/assert";
import { PackageError } from "../../../models/package.ts";
import { findBenchLanes } from "../../../runtime/bench/lanes.ts";
import { DecoderError } from "../../../runtime/decoder.ts";
import { openWorkerLane, type WorkerLaneOptions } from "../../../runtime/engine/worker_lane.ts";
import { testIf } from "../../helpers/require.ts";
import { tinyPackage } from "../../helpers/tiny_model.ts";

Deno.test("findBenchLanes() finds what can run, and gives the reason for the rest once", async () => {
  await using tiny = await tinyPackage();
  const missesSharp = (options: WorkerLaneOptions) =>
    options.decoder === "sharp"
      ? Promise.reject(new DecoderError("missing", "no sharp here"))
      : openWorkerLane(options);
  const { lanes, missing } = await findBenchLanes({
    packageDir: tiny.dir,
    providers: ["cpu"],
    variants: ["fp32", "int8"],
    decoders: [],
    threads: 1,
  }, missesSharp);
  assertEquals(
    lanes.map(({ info, decoder, encodedOnly }) => [
      ...[info.provider, info.threads, decoder, encodedOnly],
    ]),
    [["cpu", 1, "imagescript", false]],
  );
  assertEquals(missing.map(({ variant }) => variant), ["fp32", "int8", "int8"]);
  assertEquals(missing[0]!.reason, "no sharp here");
  assert(missing[2]!.reason.includes("it has fp32"));
  await using lane = await lanes[0]!.open();
  assert(lane.alive);
});

Deno.test("findBenchLanes() leaves no lane open", async () => {
  await using tiny = await tinyPackage();
  const opened: { alive: boolean }[] = [];
  const { lanes } = await findBenchLanes({
    ...{ packageDir: tiny.dir, providers: ["cpu"], variants: ["fp32"], threads: 1 },
    decoders: ["imagescript", "imagescript"],
  }, async (options) => {
    const lane = await openWorkerLane(options);
    opened.push(lane);
    return lane;
  });
  assertEquals(opened.map(({ alive }) => alive), [false, false]);
  assertEquals(lanes.map(({ encodedOnly }) => encodedOnly), [false, true]);
});

await testIf("webgpu", "findBenchLanes() compares webgpu with shaders and without", async () => {
  await using tiny = await tinyPackage();
  const { lanes } = await findBenchLanes({
    ...{ packageDir: tiny.dir, providers: ["webgpu"], variants: ["fp32"] },
    decoders: ["imagescript"],
  });
  assertEquals(lanes.map(({ info }) => info.shaders !== undefined), [true, false]);
  assertEquals(lanes.map(({ encodedOnly }) => encodedOnly), [false, false]);
});

Deno.test("findBenchLanes() refuses a broken package", async () => {
  await using tiny = await tinyPackage({ sha256: "0".repeat(64) });
  const options = { providers: ["cpu"], variants: ["fp32"], decoders: ["imagescript"] } as const;
  await assertRejects(() => findBenchLanes({ packageDir: tiny.dir, ...options }), PackageError);
});
