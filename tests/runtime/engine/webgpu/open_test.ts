import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { maxAbsDifference, openPackage } from "../../../../models/package.ts";
import { ProviderError } from "../../../../runtime/engine/provider.ts";
import { openShaderPath } from "../../../../runtime/engine/webgpu/open.ts";
import { canCapture } from "../../../../runtime/engine/webgpu/session.ts";
import { tinyGraph, tinyPackage } from "../../../helpers/tiny_model.ts";
import { testIf } from "../../../helpers/require.ts";
import { WEBGPU_MAP_PARITY } from "../../../tolerances.ts";

await testIf(
  "webgpu",
  "openShaderPath() runs the shipped package, recorded, as cpu does",
  async () => {
    assert(canCapture());
    const dir = fromFileUrl(new URL("../../../../models/unet-tiny/1.1.0", import.meta.url));
    const opened = await openPackage(dir);
    const graph = await Deno.readFile(opened.variantPath("fp32"));
    const golden = await opened.golden();
    const notes: string[] = [];
    await using path = await openShaderPath(
      graph,
      { package: "unet-tiny", card: opened.card, variant: "fp32" },
      golden,
      {},
      (line) => notes.push(line),
    );
    assertEquals([notes, path.session.info.shaders?.graphCapture], [[], true]);
    assert(path.golden.maxDelta <= WEBGPU_MAP_PARITY);
    // The golden map is the trainer's, to which cpu is held by 1e-4.
    const scores = await path.session.run(golden.image, 1);
    assert(maxAbsDifference(scores, golden.anomaly_map) <= WEBGPU_MAP_PARITY);
  },
);

await testIf("webgpu", "openShaderPath() refuses a golden output that is off", async () => {
  await using tiny = await tinyPackage({ goldenShift: 0.01 });
  const opened = await openPackage(tiny.dir);
  const error = await assertRejects(
    async () =>
      await openShaderPath(
        tinyGraph(),
        { package: "tiny", card: tiny.card, variant: "fp32" },
        await opened.golden(),
        {},
        () => {},
      ),
    ProviderError,
  );
  assertEquals(error.code, "golden");
});
