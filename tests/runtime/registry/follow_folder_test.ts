import { assert, assertEquals } from "@std/assert";
import type { PackageSeen } from "../../../runtime/registry/folder_snapshot.ts";
import { followFolder } from "../../../runtime/registry/follow_folder.ts";
import { createHistory } from "../../../runtime/registry/history.ts";
import { RegistryError } from "../../../runtime/registry/errors.ts";
import type { Registry } from "../../../runtime/registry/registry.ts";
import { fakeRegistry } from "../../helpers/fake_registry.ts";

const packages = (...versions: string[]): PackageSeen[] =>
  versions.map((version) => ({ name: "tiny", version, signature: "", problem: undefined }));

async function bench() {
  const { model, errors, opened } = fakeRegistry();
  await model.switchTo("1.1.0");
  const log: string[] = [];
  const registry: Registry = {
    root: "models",
    history: createHistory({ log: () => {} }),
    list: () => [model],
    find: (name) => name === "tiny" ? model : undefined,
    add: () => model,
    stop: () => Promise.resolve(),
  };
  const follow = (
    changes: { settled?: PackageSeen[]; broken?: PackageSeen[]; removed?: PackageSeen[] },
    fixed: string[] = [],
  ) =>
    followFolder(
      { ...{ settled: [], broken: [], removed: [], unsettled: false }, ...changes },
      { registry, fixed: new Set(fixed), log: (line) => log.push(line) },
    );
  const serving = () => model.traffic.serving?.version;
  return { model, errors, opened, registry, log, follow, serving };
}

Deno.test("followFolder() switches to the newest version, if it is newer", async () => {
  const { follow, serving, opened } = await bench();
  await follow({ settled: packages("1.0.0") });
  assertEquals([serving(), opened.length], ["1.1.0", 1]);
  await follow({ settled: packages("1.2.0", "2.0.0", "1.0.0") });
  assertEquals([serving(), opened.length], ["2.0.0", 2]);
});

Deno.test("followFolder() leaves a model that was named with its version", async () => {
  const { follow, serving, log } = await bench();
  await follow({ settled: packages("2.0.0") }, ["tiny"]);
  assertEquals([serving(), log], ["1.1.0", ["tiny 2.0.0 is there; tiny stays as named"]]);
});

Deno.test("followFolder() says why a version does not take over", async () => {
  const { follow, serving, errors, log } = await bench();
  errors.set("2.0.0", new RegistryError("golden-mismatch", "wrong numbers"));
  await follow({ settled: packages("2.0.0") });
  assertEquals([serving(), log], ["1.1.0", ["tiny 2.0.0 does not take over: wrong numbers"]]);
});

Deno.test("followFolder() notes what stays half written, and what is gone", async () => {
  const { follow, registry, log, serving } = await bench();
  const [half] = packages("2.0.0");
  await follow({ broken: [{ ...half!, problem: "card.json is missing" }] });
  const [event] = registry.history.list("tiny");
  assertEquals([event?.kind, event?.code, event?.reason], [
    ...["refused", "package-corrupt", "half written: card.json is missing"],
  ]);
  await follow({ removed: packages("1.1.0") });
  assertEquals(serving(), "1.1.0");
  assertEquals(log, ["tiny 1.1.0 left the models folder, and goes on as serving"]);
});

Deno.test("followFolder() takes up no model that is not served", async () => {
  const { follow, log } = await bench();
  await follow({ settled: [{ ...packages("1.0.0")[0]!, name: "other" }] });
  assert(log[0]?.includes("other 1.0.0 is in the models folder, but is not served"));
});
