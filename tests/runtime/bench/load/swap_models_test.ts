import { assertEquals, assertRejects } from "@std/assert";
import { makeSwapModels } from "../../../../runtime/bench/load/swap_models.ts";
import { openDeployment } from "../../../../runtime/engine/deployment.ts";
import { ProviderError } from "../../../../runtime/engine/provider.ts";
import { findPackage, listPackages, PackageError } from "../../../../models/package.ts";
import { tinyPackage } from "../../../helpers/tiny_model.ts";

Deno.test("makeSwapModels() writes good versions, the newest, and three broken ones", async () => {
  await using tiny = await tinyPackage();
  let root: string;
  {
    await using models = await makeSwapModels(tiny.dir, 1);
    root = models.root;
    const versions = (await listPackages(root)).map(({ version }) => version);
    assertEquals(versions, [...models.broken.map(({ version }) => version), ...models.good]);
    const open = async (version: string) => {
      const { dir } = await findPackage(root, "tiny", version);
      return await openDeployment({
        ...{ packageDir: dir, provider: "cpu", lanes: 1, threads: 1, log() {} },
      });
    };
    for (const version of models.good) await findPackage(root, "tiny", version);
    const [corrupt, wrong, slow] = models.broken;
    await assertRejects(() => open(corrupt!.version), PackageError, "sha256");
    await assertRejects(() => open(wrong!.version), ProviderError, "golden output differs");
    await (await open(slow!.version))[Symbol.asyncDispose](); // right, so nothing but its pace is wrong
  }
  await assertRejects(() => Deno.stat(root), Deno.errors.NotFound);
});
