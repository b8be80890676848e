import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { PackageError } from "../../../models/package.ts";
import { versionList } from "../../../runtime/registry/answer_schemas.ts";
import type { ModelService } from "../../../runtime/server/model_service.ts";
import { createServedModels } from "../../../runtime/server/served_models.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { type TinyOptions, writeTinyPackage } from "../../helpers/tiny_model.ts";

/** Versions of the tiny model under any name. */
async function write(root: string, name: string, version: string, options: TinyOptions = {}) {
  const dir = join(root, name, version);
  const card = await writeTinyPackage(dir, options);
  await Deno.writeTextFile(join(dir, "card.json"), JSON.stringify({ ...card, name, version }));
}

const serve = (root: string, names: string[] = []) =>
  createServedModels({
    ...{ root, names, watch: false, provider: "cpu", lanes: 1, threads: 1 },
    ...{ report: console.error, log: () => {} },
  });
/** As a client gets it. */
const sent = (value: unknown) => JSON.parse(JSON.stringify(value));
const frame = { format: "gray8", width: 8, height: 4, bytes: new Uint8Array(32) } as const;

Deno.test("createServedModels() serves the newest version of all models of the folder", () =>
  withTempDir(async (root) => {
    await write(root, "tiny", "1.0.0");
    await write(root, "tiny", "1.1.0");
    await write(root, "other", "2.0.0");
    const { table, start, answerAll, stop } = await serve(root);
    assertEquals(table.list().map(({ state, card }) => [card.name, card.version, state()]), [
      ["other", "2.0.0", "loading"],
      ["tiny", "1.1.0", "loading"],
    ]);
    assertEquals(table.find("tiny", "1.1.0")?.state(), "loading");
    assertEquals(table.find("tiny", "1.0.0"), undefined);
    assertEquals((await start()).map(({ card }) => card.name), ["other", "tiny"]);
    assertEquals(table.find("tiny")?.describe().version, "1.1.0");
    await answerAll();
    await stop();
  }));

Deno.test("createServedModels() passes on what decodes", () =>
  withTempDir(async (root) => {
    await write(root, "tiny", "1.0.0");
    const lines: string[] = [];
    const { start, stop } = await createServedModels({
      ...{ root, names: [], watch: false, provider: "cpu", lanes: 1, threads: 1 },
      ...{ decoder: "imagescript", report: console.error, log: (line) => lines.push(line) },
    });
    await start();
    assertMatch(lines.join("\n"), /decoder imagescript/);
    await stop();
  }));

Deno.test("createServedModels() serves what is named, and answers for other versions while they are loaded", () =>
  withTempDir(async (root) => {
    await write(root, "tiny", "1.0.0");
    await write(root, "tiny", "1.1.0");
    await write(root, "other", "2.0.0");
    const { table, registry, start, answerAll, stop } = await serve(root, ["tiny@1.0.0"]);
    await start();
    assertEquals([table.list().length, table.find("other")], [1, undefined]);
    assertEquals(table.find("tiny")?.describe().version, "1.0.0");
    const model = registry.find("tiny")!;
    await model.load("1.1.0");
    const named = table.find("tiny", "1.1.0")!;
    assertEquals(table.find("tiny", "1.1.0"), named);
    const { signal } = new AbortController();
    const answer = await named.segment({ ...frame, bytes: new Uint8Array(32) }, {}, { signal });
    assertEquals(answer.model.version, "1.1.0");
    const states = sent({ model: "tiny", versions: await model.versions() });
    assertEquals(versionList.parse(states), states);
    await model.unload("1.1.0");
    assertEquals(table.find("tiny", "1.1.0"), undefined);
    await answerAll();
    await stop();
    assert(table.list().every((service) => service.state() === "stopping"));
  }));

Deno.test("createServedModels() has one order for all whose frames go to the same lanes", () =>
  withTempDir(async (root) => {
    await write(root, "tiny", "1.0.0");
    await write(root, "tiny", "1.1.0");
    const { table, registry, start, answerAll, stop } = await serve(root);
    await start();
    const model = registry.find("tiny")!;
    const [serving, other] = [table.find("tiny")!, () => table.find("tiny", "1.0.0")!];
    const { signal } = new AbortController();
    const ask = (service: ModelService) =>
      service.segment({ ...frame, bytes: new Uint8Array(32) }, {}, { signal });
    const answers = [ask(serving), ask(table.find("tiny", "1.1.0")!), ask(serving)];
    assertEquals(model.loaded().map(({ inFlight }) => inFlight), [1]);
    await Promise.all(answers);

    await model.load("1.0.0"); // lanes of its own
    const apart = [ask(serving), ask(other())];
    assertEquals(model.loaded().map(({ inFlight }) => inFlight), [1, 1]);
    await Promise.all(apart);
    const named = other();
    await model.switchTo("1.0.0", { force: true });
    const together = [ask(serving), ask(named), ask(other())];
    assertEquals(model.loaded().map(({ version, inFlight }) => [version, inFlight]), [
      ...[["1.1.0", 0], ["1.0.0", 1]],
    ]);
    const versions = (await Promise.all(together)).map(({ model }) => model.version);
    assertEquals(versions, ["1.0.0", "1.0.0", "1.0.0"]);
    assertEquals(serving.requests().done, 8);
    await answerAll();
    await stop();
  }));

Deno.test("createServedModels() keeps the order of a version that was loaded again", () =>
  withTempDir(async (root) => {
    await write(root, "tiny", "1.0.0");
    await write(root, "tiny", "1.1.0");
    const { table, registry, start, answerAll, stop } = await serve(root);
    await start();
    const model = registry.find("tiny")!;
    await model.load("1.0.0");
    const first = table.find("tiny", "1.0.0");
    await model.unload("1.0.0");
    assertEquals([table.find("tiny", "1.0.0"), table.services().length], [undefined, 1]);
    await model.load("1.0.0");
    assertEquals([table.find("tiny", "1.0.0") === first, table.services().length], [true, 2]);
    await answerAll();
    await stop();
    assertEquals(first?.state(), "stopping");
  }));

Deno.test("createServedModels() knows of every version whether it answers", () =>
  withTempDir(async (root) => {
    await write(root, "tiny", "1.0.0");
    await write(root, "tiny", "1.1.0");
    await write(root, "tiny", "1.2.0", { goldenShift: 0.1 });
    const { table, registry, start, answerAll, stop } = await serve(root);
    const states = async () =>
      (await table.versions()).map(({ version, state, reason }) => [
        ...[version, state, reason.replace(/:.*/s, "")],
      ]);
    assertEquals(await states(), [
      ["1.0.0", "unavailable", "not loaded"],
      ["1.1.0", "unavailable", "not loaded"],
      ["1.2.0", "loading", ""],
    ]);
    await start();
    await registry.find("tiny")!.load("1.0.0");
    assertEquals(await states(), [
      ["1.0.0", "ready", ""],
      ["1.1.0", "ready", ""],
      ["1.2.0", "unavailable", "golden-mismatch"],
    ]);
    const { signal } = new AbortController();
    const tensor = new Float32Array(3 * 4 * 8);
    const answer = await table.find("tiny", "1.0.0")!.infer({ tensor, batch: 1 }, { signal });
    assertEquals(answer.card.version, "1.0.0");
    await answerAll();
    await stop();
  }));

Deno.test("createServedModels() starts with the version before when the newest is refused", () =>
  withTempDir(async (root) => {
    await write(root, "tiny", "1.0.0");
    await write(root, "tiny", "1.1.0", { goldenShift: 0.1 });
    const { table, registry, start, stop } = await serve(root);
    const [deployment] = await start();
    assertEquals([deployment?.card.version, table.find("tiny")?.card.version], ["1.0.0", "1.0.0"]);
    assertEquals(registry.history.list("tiny")[0]?.code, "golden-mismatch");
    await stop();
  }));

Deno.test("createServedModels() says which version it serves after a start, whatever was rolled back before", () =>
  withTempDir(async (root) => {
    await write(root, "tiny", "1.0.0");
    await write(root, "tiny", "1.1.0");
    for (let process = 0; process < 2; process++) {
      const lines: string[] = [];
      const { registry, start, stop } = await createServedModels({
        ...{ root, names: [], watch: false, provider: "cpu", lanes: 1, threads: 1 },
        ...{ report: console.error, log: (line) => lines.push(line) },
      });
      await start();
      const said = "tiny: 1.1.0 serves, the newest; also there: 1.0.0; roll-backs and levels of";
      assertEquals(lines.filter((line) => line.startsWith(said)).length, 1, lines.join("\n"));
      await registry.find("tiny")!.switchTo("1.0.0", { force: true });
      await stop();
    }
  }));

Deno.test("createServedModels() does not start what cannot serve", () =>
  withTempDir(async (root) => {
    await assertRejects(() => serve(root), PackageError, "it holds no model package");
    await write(root, "tiny", "1.0.0", { goldenShift: 0.1 });
    await assertRejects(() => serve(root, ["tiny@2.0.0"]), PackageError, "versions are 1.0.0");
    const { start, stop } = await serve(root);
    await assertRejects(start, Error, "golden output differs");
    await stop();
  }));
