import { assert, assertEquals, assertRejects } from "@std/assert";
import { PackageError } from "../../../models/package.ts";
import { openBenchLanes } from "../../../runtime/bench/lanes.ts";
import { tinyPackage } from "../../helpers/tiny_model.ts";

Deno.test("openBenchLanes() opens what can run and gives the reason for the rest", async () => {
  await using tiny = await tinyPackage();
  await using bench = await openBenchLanes({
    packageDir: tiny.dir,
    providers: ["cpu"],
    variants: ["fp32", "int8"],
    threads: 1,
  });
  assertEquals(bench.lanes.map(({ lane: { info } }) => [info.provider, info.threads]), [[
    "cpu",
    1,
  ]]);
  assertEquals(bench.missing.map(({ variant }) => variant), ["int8"]);
  assert(bench.missing[0]!.reason.includes("it has fp32"));
});

Deno.test("openBenchLanes() refuses a broken package", async () => {
  await using tiny = await tinyPackage({ sha256: "0".repeat(64) });
  const options = { packageDir: tiny.dir, providers: ["cpu"], variants: ["fp32"] } as const;
  await assertRejects(() => openBenchLanes(options), PackageError);
});
