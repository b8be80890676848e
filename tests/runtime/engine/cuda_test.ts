import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import { findCuda } from "../../../runtime/engine/cuda.ts";
import { createSession } from "../../../runtime/engine/onnxruntime.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { tinyGraph, tinyPackage } from "../../helpers/tiny_model.ts";

const linux = { os: "linux", arch: "x86_64" };

Deno.test("findCuda() looks for the library beside the binding, whatever its API's version", () =>
  withTempDir(async (dir) => {
    const entry = toFileUrl(join(dir, "dist", "index.js")).href;
    const folder = join(dir, "bin", "napi-v9", "linux", "x64");
    await Deno.mkdir(folder, { recursive: true });
    assertEquals((await findCuda(entry, linux)).usable, false);
    const path = join(folder, "libonnxruntime_providers_cuda.so");
    await Deno.writeFile(path, new Uint8Array());
    assertEquals(await findCuda(entry, linux), { usable: true, description: path });
  }));

Deno.test("findCuda() says why there is none", async () => {
  const mac = await findCuda("file:///nowhere/dist/index.js", { os: "darwin", arch: "aarch64" });
  assertStringIncludes(mac.description, "this is darwin on aarch64");
  const nowhere = await findCuda("file:///nowhere/dist/index.js", linux);
  assertStringIncludes(nowhere.description, "cannot look for libonnxruntime_providers_cuda.so");
});

Deno.test({
  name: "createSession() on cuda is missing where the library is",
  ignore: (await findCuda()).usable,
  async fn() {
    await using tiny = await tinyPackage();
    const options = { package: "tiny", card: tiny.card, variant: "fp32", threads: 1 } as const;
    const error = await assertRejects(
      () => createSession(tinyGraph(), { ...options, provider: "cuda" }),
      ProviderError,
      "Cannot use cuda: ",
    );
    assertEquals(error.code, "missing");
  },
});
