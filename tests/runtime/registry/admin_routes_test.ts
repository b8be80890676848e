import { assertEquals } from "@std/assert";
import { RegistryError } from "../../../runtime/registry/errors.ts";
import { settled } from "../../helpers/fake_lane.ts";
import { fakeRegistry, registryOf } from "../../helpers/fake_registry.ts";
import { testApp } from "../../helpers/test_app.ts";

async function bench() {
  const fake = fakeRegistry();
  await fake.model.switchTo("1.0.0");
  const { app } = testApp({}, undefined, { registry: registryOf(fake) });
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await app.request(`http://localhost${path}`, {
      method,
      headers: {
        host: "localhost",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const json = await response.json();
    return { status: response.status, json, code: json.code, headers: response.headers };
  };
  const stateOf = (json: { versions: { version: string; state: string }[] }, version: string) =>
    json.versions.find((state) => state.version === version)?.state;
  return { ...fake, ask, stateOf };
}

Deno.test("GET …/versions lists all versions with their state", async () => {
  const { ask } = await bench();
  const { status, json, headers } = await ask("GET", "/v1/models/tiny/versions");
  assertEquals([status, headers.get("cache-control")], [200, "no-store"]);
  assertEquals(json.model, "tiny");
  assertEquals(
    json.versions.map(({ version, state }: Record<string, string>) => `${version} ${state}`),
    ["1.0.0 serving", "1.1.0 available", "1.2.0 available", "2.0.0 available", "3.0.0 available"],
  );
});

Deno.test("POST …/load, /unload and /switch answer with the versions as they are then", async () => {
  const { ask, stateOf, clock } = await bench();
  const loaded = await ask("POST", "/v1/models/tiny/versions/1.1.0/load");
  assertEquals([loaded.status, stateOf(loaded.json, "1.1.0")], [200, "loaded"]);
  const unloaded = await ask("POST", "/v1/models/tiny/versions/1.1.0/unload", {});
  assertEquals([unloaded.status, stateOf(unloaded.json, "1.1.0")], [200, "available"]);
  const body = { version: "1.1.0", watchMs: 5000 };
  const switched = await ask("POST", "/v1/models/tiny/switch", body);
  assertEquals(["1.0.0", "1.1.0"].map((version) => stateOf(switched.json, version)), [
    ...["previous", "serving"],
  ]);
  clock.advance(5000);
  await settled();
  const { json } = await ask("GET", "/v1/models/tiny/versions");
  assertEquals(stateOf(json, "1.0.0"), "available");
});

Deno.test("POST and DELETE …/canary and …/shadow", async () => {
  const { ask, stateOf } = await bench();
  const canary = await ask("POST", "/v1/models/tiny/canary", { version: "1.1.0", share: 0.25 });
  assertEquals([canary.json.versions[1].state, canary.json.versions[1].share], ["canary", 0.25]);
  const shadow = await ask("POST", "/v1/models/tiny/shadow", { version: "1.2.0" });
  assertEquals(stateOf(shadow.json, "1.2.0"), "shadow");
  const report = (await ask("GET", "/v1/models/tiny/shadow")).json.shadow;
  assertEquals([report.version, report.report.frames], ["1.2.0", 0]);
  assertEquals(stateOf((await ask("DELETE", "/v1/models/tiny/canary")).json, "1.1.0"), "available");
  assertEquals(stateOf((await ask("DELETE", "/v1/models/tiny/shadow")).json, "1.2.0"), "available");
  assertEquals((await ask("GET", "/v1/models/tiny/shadow")).json, { shadow: null });
});

Deno.test("POST …/rollback goes back, PUT …/threshold changes levels", async () => {
  const { ask, stateOf, deployment } = await bench();
  const refused = await ask("POST", "/v1/models/tiny/rollback");
  assertEquals([refused.status, refused.code], [409, "no-previous"]);
  await ask("POST", "/v1/models/tiny/switch", { version: "1.1.0" });
  const back = await ask("POST", "/v1/models/tiny/rollback");
  assertEquals([back.status, stateOf(back.json, "1.0.0")], [200, "serving"]);
  const levels = { threshold: 0.25, minRegionScore: 0.5 };
  const set = await ask("PUT", "/v1/models/tiny/threshold", levels);
  assertEquals([set.status, deployment("1.0.0").levels], [200, [levels]]);
  await ask("PUT", "/v1/models/tiny/threshold", { threshold: 0.125 });
  assertEquals(deployment("1.0.0").levels[1], { threshold: 0.125, minRegionScore: 0.5 });
});

Deno.test("GET …/history lists what happened to the model", async () => {
  const { ask, history } = await bench();
  history.add({ model: "other", kind: "switched", version: "1.0.0" });
  await ask("POST", "/v1/models/tiny/switch", { version: "1.1.0" });
  const { json } = await ask("GET", "/v1/models/tiny/history");
  assertEquals(
    json.events.map(({ model, kind, version }: Record<string, string>) =>
      `${model} ${kind} ${version}`
    ),
    ["loaded 1.0.0", "switched 1.0.0", "loaded 1.1.0", "switched 1.1.0"].map((e) => `tiny ${e}`),
  );
});

Deno.test("a refusal is a problem with its code, and what serves goes on", async () => {
  const { ask, errors, model } = await bench();
  errors.set("1.1.0", new RegistryError("package-corrupt", "fp32.onnx has sha256 1f"));
  const { status, json } = await ask("POST", "/v1/models/tiny/switch", { version: "1.1.0" });
  assertEquals([status, json.code, json.detail, json.type], [
    ...[422, "package-corrupt", "fp32.onnx has sha256 1f", "/problems/package-corrupt"],
  ]);
  assertEquals(model.traffic.pick().card.version, "1.0.0");
});

Deno.test("admin routes refuse unknown models, methods, bodies, and pages of other origins", async () => {
  const { ask, events } = await bench();
  const before = events.length;
  const cases: [method: string, path: string, body: unknown, status: number, code: string][] = [
    ["GET", "/v1/models/huge/versions", undefined, 404, "no-such-model"],
    ["POST", "/v1/models/huge/rollback", undefined, 404, "no-such-model"],
    ["GET", "/v1/models/tiny/switch", undefined, 405, "method-not-allowed"],
    ["POST", "/v1/models/tiny/threshold", {}, 405, "method-not-allowed"],
    ["POST", "/v1/models/tiny/switch", { version: 1 }, 400, "bad-request"],
    ["PUT", "/v1/models/tiny/threshold", { threshold: 2 }, 400, "bad-request"],
    ["POST", "/v1/models/tiny/rollback", { version: "1.0.0" }, 400, "bad-request"],
    ["POST", "/v1/models/tiny/versions/9.9.9/unload", undefined, 409, "not-loaded"],
    ["POST", "/v1/models/tiny/versions/newest/load", undefined, 400, "bad-request"],
  ];
  for (const [method, path, body, status, code] of cases) {
    const answer = await ask(method, path, body);
    assertEquals([answer.status, answer.code], [status, code], `${method} ${path}`);
  }
  const { headers } = await ask("GET", "/v1/models/tiny/switch");
  assertEquals(headers.get("allow"), "POST");
  const foreign = await ask("POST", "/v1/models/tiny/rollback", undefined, {
    origin: "http://evil.example",
  });
  assertEquals([foreign.status, foreign.code], [403, "foreign-origin"]);
  assertEquals(events.length, before);
});
