import { assertRejects } from "@std/assert";
import { compileShader } from "../../../../runtime/engine/webgpu/compile.ts";
import { ProviderError } from "../../../../runtime/engine/provider.ts";
import { withDevice } from "../../../helpers/gpu.ts";
import { testIf } from "../../../helpers/require.ts";

await testIf(
  "webgpu",
  "compileShader() says what is wrong with a shader",
  () =>
    withDevice(async (device) => {
      await compileShader(device, "@compute @workgroup_size(1) fn nothing() {}");
      await assertRejects(
        () => compileShader(device, "fn broken() { let from = 1; }"),
        ProviderError,
        "Cannot compile a shader",
      );
    }),
);
