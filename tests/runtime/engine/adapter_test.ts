import { assertEquals } from "@std/assert";
import { describeAdapter, findAdapter } from "../../../runtime/engine/adapter.ts";
import { testIf } from "../../helpers/require.ts";

Deno.test("describeAdapter() takes hardware", () => {
  const info = { vendor: "4318", description: "NVIDIA T4", isFallbackAdapter: false };
  assertEquals(describeAdapter(info), { usable: true, description: "NVIDIA T4" });
  assertEquals(describeAdapter({ vendor: "intel", description: "" }).description, "intel");
});

Deno.test("describeAdapter() knows software by its flag and by its name", () => {
  const software = [
    { description: "some GPU", isFallbackAdapter: true },
    { description: "llvmpipe (LLVM 15.0.6, 256 bits)" },
    { description: "SwiftShader Device" },
    { description: "Microsoft Basic Render Driver" },
  ];
  for (const info of software) {
    assertEquals(describeAdapter({ vendor: "", ...info }), {
      usable: false,
      description: `software GPU (${info.description})`,
    });
  }
});

await testIf("webgpu", "findAdapter() agrees with the adapter's own flag", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  assertEquals((await findAdapter()).usable, !adapter!.info.isFallbackAdapter);
});
