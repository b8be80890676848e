import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { RegistryError } from "../../../runtime/registry/errors.ts";
import { BREATH_MS, createRegistry, type OpenOptions } from "../../../runtime/registry/registry.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { fakeDeployment } from "../../helpers/fake_deployment.ts";
import { writePackage } from "../../helpers/package.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

function bench(root: string) {
  const opened: OpenOptions[] = [];
  const registry = createRegistry({
    ...{ root, clock: fakeClock(), log() {}, loadTimeoutMs: 500 },
    open(options) {
      opened.push(options);
      const version = options.packageDir.split("/").at(-1)!;
      return Promise.resolve(fakeDeployment(version, { auto: true }));
    },
  });
  return { registry, opened };
}

Deno.test("createRegistry() opens verified packages of the folder, the next like the one that serves", () =>
  withTempDir(async (root) => {
    for (const version of ["1.0.0", "1.1.0"]) {
      await writePackage(join(root, "unet-small", version), version);
    }
    const { registry, opened } = bench(root);
    const model = registry.add("unet-small");
    assertEquals([registry.add("unet-small"), registry.list()], [model, [model]]);
    await model.switchTo("1.0.0");
    await model.switchTo("1.1.0");
    assertEquals(opened.map(({ signal: _, ...options }) => options), [
      { packageDir: join(root, "unet-small", "1.0.0"), startTimeoutMs: 500 },
      {
        packageDir: join(root, "unet-small", "1.1.0"),
        ...{ startTimeoutMs: 500, provider: "cpu", variant: "fp32", breathMs: BREATH_MS },
      },
    ]);
    assertEquals(registry.history.list("unet-small").map(({ kind }) => kind), [
      ...["loaded", "switched", "loaded", "switched"],
    ]);
    await registry.stop();
  }));

Deno.test("createRegistry() refuses packages that are not whole, and opens nothing", () =>
  withTempDir(async (root) => {
    const { registry, opened } = bench(root);
    const model = registry.add("unet-small");
    await writePackage(join(root, "unet-small", "1.0.0"), "1.0.0", (card) => {
      card.variants.fp32.sha256 = "f".repeat(64);
    });
    await writePackage(join(root, "unet-small", "1.1.0"), "9.9.9");
    const cases = [["1.0.0", "package-corrupt"], ["1.1.0", "package-corrupt"], [
      "2.0.0",
      "no-such-version",
    ]] as const;
    for (const [version, code] of cases) {
      const error = await assertRejects(() => model.switchTo(version), RegistryError);
      assertEquals(error.code, code);
    }
    assertEquals([opened.length, registry.find("unet-small"), registry.find("x")], [
      ...[0, model, undefined],
    ]);
  }));
