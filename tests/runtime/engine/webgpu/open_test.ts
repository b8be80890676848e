import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { openPackage } from "../../../../models/package.ts";
import { ProviderError } from "../../../../runtime/engine/provider.ts";
import { openShaderPath } from "../../../../runtime/engine/webgpu/open.ts";
import { tinyGraph, tinyPackage } from "../../../helpers/tiny_model.ts";
import { testIf } from "../../../helpers/require.ts";
import { WEBGPU_MAP_PARITY } from "../../../tolerances.ts";

await testIf(
  "webgpu",
  "openShaderPath() runs the shipped package as cpu does",
  async () => {
    const dir = fromFileUrl(new URL("../../../../models/unet-tiny/1.2.0", import.meta.url));
    const opened = await openPackage(dir);
    const graph = await Deno.readFile(opened.variantPath("fp32"));
    const golden = await opened.golden();
    await using path = await openShaderPath(
      graph,
      { package: "unet-tiny", card: opened.card, variant: "fp32" },
      golden,
      {},
    );
    assertEquals(path.session.info.provider, "webgpu");
    assert(path.golden.maxDelta <= WEBGPU_MAP_PARITY);
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
      ),
    ProviderError,
  );
  assertEquals(error.code, "golden");
});
