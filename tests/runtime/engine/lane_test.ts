import { assert, assertEquals, assertRejects } from "@std/assert";
import { openLane } from "../../../runtime/engine/lane.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { tinyPackage } from "../../helpers/tiny_model.ts";

Deno.test("openLane() with auto takes a provider that passes and says why", async () => {
  await using tiny = await tinyPackage();
  const lines: string[] = [];
  await using lane = await openLane({
    packageDir: tiny.dir,
    provider: "auto",
    log: (line) => lines.push(line),
  });
  const log = lines.join("\n");
  assertEquals(log.match(/chosen/g)?.length, 1);
  assert(log.includes(`Opened tiny 1.0.0 fp32 on ${lane.provider}`));
  const adapter = await navigator.gpu?.requestAdapter();
  if (adapter?.info.isFallbackAdapter) {
    assert(lane.provider !== "webgpu" && log.includes("software GPU"));
  }
});

Deno.test("openLane() with auto lists every reason when nothing passes", async () => {
  await using tiny = await tinyPackage({ goldenShift: 0.5 });
  const error = await assertRejects(
    () => openLane({ packageDir: tiny.dir, provider: "auto", log: () => {} }),
    ProviderError,
    "no provider can run it",
  );
  assertEquals(error.message.match(/max\|Δ\|/g)?.length, 2);
});
