// Versions that change under load: the server as its own process, real lanes, real sockets.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { segment, StreamClient } from "../../runtime/client/client.ts";
import { openDeployment } from "../../runtime/engine/deployment.ts";
import { RegistryError } from "../../runtime/registry/errors.ts";
import { loadVersion } from "../../runtime/registry/load_version.ts";
import type { VersionState } from "../../runtime/registry/version_states.ts";
import { systemClock } from "../../runtime/stream/clock.ts";
import { spotImage } from "../helpers/frames.ts";
import { modelVersions } from "../helpers/model_versions.ts";
import { startProcess } from "../helpers/server_process.ts";

const { data, ...size } = spotImage(256, 256);
const frame = () => ({ format: "rgb8", ...size, bytes: data.slice() }) as const;

/** Streams and requests that send the next frame when they have an answer, until they are stopped. */
async function startLoad(url: string) {
  let running = true;
  const versions = new Set<string>();
  const streams = await Promise.all(
    [1, 2].map(() => StreamClient.open(url, { model: "unet-tiny" })),
  );
  const streaming = streams.map(async (stream) => {
    while (running) assertEquals((await stream.send(frame())).outcome, "done");
    return (await stream.close())!;
  });
  const requesting = (async () => {
    let requests = 0;
    while (running) {
      const { model, verdict } = await segment(url, "unet-tiny", frame());
      assert(verdict === "ok" || verdict === "defect");
      versions.add(model.version);
      requests++;
    }
    return requests;
  })();
  return {
    versions,
    /** All frames; each has been answered as done. */
    async stop(): Promise<number> {
      running = false;
      const counters = await Promise.all(streaming);
      for (const { received, done } of counters) assertEquals(done, received);
      return counters.reduce((sum, { done }) => sum + done, await requesting);
    },
  };
}

Deno.test("versions change under load, and no frame is lost", async (t) => {
  await using models = await modelVersions();
  await models.copy("1.1.0");
  await using server = await startProcess("serve", [
    ...[`--models=${models.root}`, "--provider=cpu", "--threads=1", "--lanes=2", "--watch"],
  ]);
  const base = `${server.url}/v1/models/unet-tiny`;

  async function ask(method: string, path: string, body?: unknown) {
    const response = await fetch(base + path, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    return { status: response.status, json: await response.json() };
  }
  async function states(): Promise<Record<string, string>> {
    const { json } = await ask("GET", "/versions");
    return Object.fromEntries(
      (json.versions as VersionState[]).map(({ version, state }) => [version, state]),
    );
  }
  async function becomes(condition: () => Promise<boolean>, limitMs = 60_000) {
    const endsAt = performance.now() + limitMs;
    while (!await condition()) {
      assert(performance.now() < endsAt, `not so after ${limitMs} ms: ${condition}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const load = await startLoad(server.url);

  await t.step("a newer version that appears in the folder takes over", async () => {
    await models.copy("1.2.0");
    await becomes(async () => (await states())["1.2.0"] === "serving");
    assertEquals((await states())["1.1.0"], "previous");
  });

  await t.step("ten swaps", async () => {
    for (let swap = 0; swap < 10; swap++) {
      const version = swap % 2 === 0 ? "1.1.0" : "1.2.0";
      const { status, json } = await ask("POST", "/switch", { version, watchMs: 0 });
      assertEquals(status, 200, JSON.stringify(json));
      assertEquals((await states())[version], "serving");
    }
    assertEquals([...load.versions].sort(), ["1.1.0", "1.2.0"]);
  });

  await t.step(
    "broken packages are refused with the reason, and the old version serves",
    async () => {
      await models.corrupt("1.0.1");
      await models.wrong("1.0.2");
      await models.slow("1.0.3", 24);
      const refusals = [
        ["1.0.1", ["package-corrupt"], "has sha256"],
        ["1.0.2", ["golden-mismatch"], "golden output differs"],
        ["1.0.3", ["too-slow", "load-timeout"], " ms"], // a busy box may not even load it in time
        ["7.7.7", ["no-such-version"], "versions are"],
      ] as const;
      for (const [version, codes, says] of refusals) {
        const { json } = await ask("POST", "/switch", { version });
        assert((codes as readonly string[]).includes(json.code), JSON.stringify(json));
        assert(json.detail.includes(says), json.detail);
        assertEquals((await states())["1.2.0"], "serving");
      }
      const { json } = await ask("GET", "/history");
      assertEquals(
        json.events.filter(({ kind }: { kind: string }) => kind === "refused").length,
        refusals.length,
      );
    },
  );

  await t.step(
    "a canary gets frames, a shadow agrees with its copy, roll-back goes back",
    async () => {
      assertEquals((await ask("POST", "/canary", { version: "1.1.0", share: 0.5 })).status, 200);
      load.versions.clear();
      await becomes(() => Promise.resolve(load.versions.size === 2));
      assertEquals((await ask("DELETE", "/canary")).status, 200);

      assertEquals((await ask("POST", "/shadow", { version: "1.1.0" })).status, 200);
      const report = async () => (await ask("GET", "/shadow")).json.shadow.report;
      await becomes(async () => (await report()).frames >= 5);
      const { verdictDisagreements, maxMapDifference, failed } = await report();
      assertEquals([verdictDisagreements, maxMapDifference, failed], [0, 0, 0]);
      assertEquals((await ask("POST", "/switch", { version: "1.1.0" })).status, 200);
      assertEquals((await ask("POST", "/rollback")).status, 200);
      assertEquals((await states())["1.2.0"], "serving");
    },
  );

  await t.step(
    "a version that is loaded answers by its name, and not after it is unloaded",
    async () => {
      const named = () => segment(server.url, "unet-tiny", frame(), { version: "1.1.0" });
      const index = async () => {
        const response = await fetch(`${server.url}/v2/repository/index`, { method: "POST" });
        const entries = await response.json() as { version: string; state: string }[];
        return Object.fromEntries(entries.map(({ version, state }) => [version, state]));
      };
      await assertRejects(named);
      assertEquals((await ask("POST", "/versions/1.1.0/load")).status, 200);
      assertEquals((await named()).model.version, "1.1.0");
      const { "1.0.1": corrupt, "1.1.0": loaded, "1.2.0": serving } = await index();
      assertEquals([corrupt, loaded, serving], ["UNAVAILABLE", "READY", "READY"]);
      assertEquals((await ask("POST", "/versions/1.1.0/unload")).status, 200);
      assertEquals((await index())["1.1.0"], "UNAVAILABLE");
      await assertRejects(named);
    },
  );

  await t.step("the threshold changes while frames run", async () => {
    const answer = await ask("PUT", "/threshold", { threshold: 0.125, minRegionScore: 0.25 });
    assertEquals(answer.status, 200);
    const { threshold, minRegionScore } = await segment(server.url, "unet-tiny", frame());
    assertEquals([threshold, minRegionScore], [0.125, 0.25]);
  });

  await t.step("removing the folder of the version that serves does no harm", async () => {
    await Deno.remove(`${models.root}/unet-tiny/1.2.0`, { recursive: true });
    await becomes(async () => {
      const { json } = await ask("GET", "/versions");
      return json.versions.some(({ version, inFolder }: VersionState) =>
        version === "1.2.0" && !inFolder
      );
    });
    assertEquals((await segment(server.url, "unet-tiny", frame())).model.version, "1.2.0");
  });

  const frames = await load.stop();
  assert(frames > 50, `${frames} frames`);
});

Deno.test("loadVersion() gives up on a real package that is too slow, and ends its lane", async () => {
  await using models = await modelVersions();
  await models.slow("1.0.0", 2000);
  const open = (packageDir: string) =>
    openDeployment({
      packageDir,
      provider: "cpu",
      lanes: 1,
      threads: 1,
      startTimeoutMs: 1000,
      log() {},
    });
  const refused = await assertRejects(
    () =>
      loadVersion({
        ...{ model: "unet-tiny 1.0.0", clock: systemClock, timeoutMs: 1000 },
        verify: () => Promise.resolve(`${models.root}/unet-tiny/1.0.0`),
        open,
      }),
    RegistryError,
  );
  assertEquals(refused.code, "load-timeout");
});
