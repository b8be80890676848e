import { assertEquals } from "@std/assert";
import { PackageError } from "../../../models/package.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { LaneError } from "../../../runtime/engine/worker_channel.ts";
import { refusalOf, RegistryError } from "../../../runtime/registry/errors.ts";

Deno.test("refusalOf() names what kept a version from loading", () => {
  const cases: [Error, string][] = [
    [new PackageError("missing", "x"), "no-such-version"],
    [new PackageError("card", "x"), "package-corrupt"],
    [new PackageError("sha256", "x"), "package-corrupt"],
    [new ProviderError("golden", "x"), "golden-mismatch"],
    [new ProviderError("create", "x"), "load-failed"],
    [new LaneError("start-timeout", "x"), "load-timeout"],
    [new LaneError("crashed", "x"), "load-failed"],
    [new Error("x"), "load-failed"],
  ];
  for (const [error, code] of cases) {
    const refusal = refusalOf(error, "tiny 1.0.0");
    assertEquals([refusal.code, refusal.message], [code, "Cannot load tiny 1.0.0: x"] as unknown[]);
    assertEquals(refusal.cause, error);
  }
});

Deno.test("refusalOf() leaves a refusal as it is", () => {
  const refusal = new RegistryError("load-timeout", "x");
  assertEquals(refusalOf(refusal, "tiny 1.0.0"), refusal);
});
