import { assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { createDrain } from "../../../runtime/server/drain.ts";
import { createModelService, type VersionStatus } from "../../../runtime/server/model_service.ts";
import { FAKE_CARD, fakeDeployment, fakeLane } from "../../helpers/fake_lane.ts";
import { fakeModelTable } from "../../helpers/model_table.ts";
import { createSingleRouter } from "../../helpers/single_router.ts";
import { frameBytes } from "../../helpers/stream_bench.ts";
import { testApp } from "../../helpers/test_app.ts";

const { width, height } = FAKE_CARD.input; // 16×8
const SHAPE = [1, 3, height, width];
const VALUES = Float32Array.from({ length: 3 * height * width }, (_, at) => at / 512);
const FIRST_CHANNEL = VALUES.slice(0, height * width); // what the fake lane answers
const INPUT = { name: "image", datatype: "FP32", shape: SHAPE };
const MODEL = "/v2/models/unet-small";
const LIMIT = { maxFrameBytes: 20_000 };

const post = (body: BodyInit, headers: Record<string, string> = {}) => ({
  ...{ method: "POST", body, headers },
});
const jsonRequest = (more = {}) =>
  JSON.stringify({ inputs: [{ ...INPUT, data: [...VALUES] }], ...more });

function binaryRequest() {
  const parameters = { binary_data_size: VALUES.byteLength };
  const json = new TextEncoder().encode(JSON.stringify({
    ...{ inputs: [{ ...INPUT, parameters }], parameters: { binary_data_output: true } },
  }));
  const body = new Uint8Array(json.length + VALUES.byteLength);
  body.set(json);
  body.set(new Uint8Array(VALUES.buffer), json.length);
  return post(body, { "inference-header-content-length": String(json.length) });
}

Deno.test("kserveRoutes() describe server, models, configuration and repository", async () => {
  const { app } = testApp();
  const get = async (path: string) => await (await app.request(path)).json();
  assertEquals((await get("/v2")).name, "lineside");
  for (const path of [MODEL, `${MODEL}/versions/1.0.0`]) {
    assertEquals(await get(path), {
      ...{ name: "unet-small", versions: ["1.0.0"], platform: "onnxruntime_onnx" },
      inputs: [{ name: "image", datatype: "FP32", shape: [-1, 3, 8, 16] }],
      outputs: [{ name: "anomaly_map", datatype: "FP32", shape: [-1, 1, 8, 16] }],
    });
    const config = await get(`${path}/config`);
    assertEquals([config.max_batch_size, config.input[0].dims], [8, [3, 8, 16]]);
  }
  const index = [{ name: "unet-small", version: "1.0.0", state: "READY", reason: "" }];
  for (const body of ["", "{}", `{"ready":true}`]) {
    assertEquals(await (await app.request("/v2/repository/index", post(body))).json(), index);
  }
});

Deno.test("kserveRoutes() say what is ready", async () => {
  const { app, lane } = testApp();
  const paths = ["/v2/health/ready", `${MODEL}/ready`, `${MODEL}/versions/1.0.0/ready`];
  for (const path of paths) assertEquals((await app.request(path)).status, 200);
  lane.alive = false;
  for (const path of paths) {
    const response = await app.request(path);
    assertEquals([response.status, (await response.json()).error], [
      503,
      `Model "unet-small" 1.0.0 is failed`,
    ]);
  }
  assertEquals((await app.request("/v2/health/live")).status, 200);
  const index = await app.request("/v2/repository/index", post(`{"ready":true}`));
  assertEquals(await index.json(), []);
  const all = await (await app.request("/v2/repository/index", post(""))).json();
  assertEquals([all[0].state, all[0].reason], ["UNAVAILABLE", "failed"]);
});

Deno.test("kserveRoutes() say that nothing more should come once the stop is announced", async () => {
  const drain = createDrain();
  const { app } = testApp({}, undefined, { drain });
  drain.announce();
  const response = await app.request("/v2/health/ready");
  assertEquals([response.status, response.headers.get("retry-after")], [503, "1"]);
  const { error } = await response.json();
  assertEquals(error, "The server is about to stop: send nothing more");
  assertEquals((await app.request("/v2/health/live")).status, 200);
  assertEquals((await app.request(`${MODEL}/ready`)).status, 200);
});

Deno.test("kserveRoutes() infer from JSON to JSON", async () => {
  const { app } = testApp(LIMIT);
  const response = await app.request(`${MODEL}/infer`, post(jsonRequest({ id: "7" })));
  const { outputs: [{ data, shape }], id, model_version } = await response.json();
  assertEquals([id, model_version, shape], ["7", "1.0.0", [1, 1, 8, 16]]);
  assertEquals(Float32Array.from(data), FIRST_CHANNEL);
});

Deno.test("kserveRoutes() infer from bytes to bytes, compressed both ways", async () => {
  const { app } = testApp(LIMIT);
  const plain = await app.request(`${MODEL}/versions/1.0.0/infer`, binaryRequest());
  const headerLength = Number(plain.headers.get("inference-header-content-length"));
  const body = await plain.bytes();
  assertEquals(plain.headers.get("content-type"), "application/octet-stream");
  assertEquals(new Float32Array(body.slice(headerLength).buffer), FIRST_CHANNEL);

  const packed = gzipSync(jsonRequest({ parameters: { binary_data_output: false } }));
  const headers = { "content-encoding": "gzip", "accept-encoding": "gzip" };
  const answer = await app.request(`${MODEL}/infer`, post(Uint8Array.from(packed), headers));
  assertEquals(answer.headers.get("content-encoding"), "gzip");
  const unpacked = answer.body!.pipeThrough(new DecompressionStream("gzip"));
  const { outputs: [{ data }] } = await new Response(unpacked).json();
  assertEquals(Float32Array.from(data), FIRST_CHANNEL);
});

Deno.test("kserveRoutes() tell errors as the protocol does", async () => {
  const { app } = testApp(LIMIT);
  const infer = `${MODEL}/infer`;
  const cases: [string, RequestInit, number, string][] = [
    [infer, post("{"), 400, "not JSON"],
    [infer, post(jsonRequest(), { "inference-header-content-length": "x" }), 400, "header "],
    [infer, post(jsonRequest(), { "content-encoding": "br" }), 415, "Content-Encoding"],
    [infer, post(new Uint8Array(20_001)), 413, "the limit is 20000"],
    [infer, {}, 405, "GET is not among POST"],
    ["/v2/models/none/infer", post("{}"), 404, `no model "none"`],
    ["/v2/models/unet-small/versions/9/config", {}, 404, `version "9"`],
    ["/v2/nothing", {}, 404, "/v2/nothing"],
    ["/v2/repository/index", post("[]"), 400, "must be a JSON object"],
  ];
  for (const [path, init, status, message] of cases) {
    const response = await app.request(path, init);
    const { error } = await response.json();
    assertEquals([response.status, error.includes(message)], [status, true], `${path}: ${error}`);
  }
});

Deno.test("kserveRoutes() answer 503 when the model has no lane, 500 when a run fails", async () => {
  const { app, lane } = testApp(LIMIT);
  lane.infer = () => Promise.reject(new ProviderError("run", "/secret"));
  const failed = await app.request(`${MODEL}/infer`, post(jsonRequest()));
  assertEquals([failed.status, (await failed.text()).includes("secret")], [500, false]);
  lane.alive = false;
  assertEquals((await app.request(`${MODEL}/infer`, post(jsonRequest()))).status, 503);
});

Deno.test("kserveRoutes() count inferences, batches, failures and frames of streams", async () => {
  const { app, lane, connect } = testApp({ maxFrameBytes: 60_000 });
  const batch = { ...INPUT, shape: [3, 3, height, width], data: Array(3 * VALUES.length).fill(0) };
  await app.request(`${MODEL}/infer`, post(jsonRequest()));
  await app.request(`${MODEL}/infer`, post(JSON.stringify({ inputs: [batch] })));
  const { socket } = connect();
  socket.receive(frameBytes(1));
  await lane.answer();
  lane.infer = () => Promise.reject(new Error("no"));
  await app.request(`${MODEL}/infer`, post(jsonRequest()));

  for (const path of ["/v2/models/stats", `${MODEL}/stats`, `${MODEL}/versions/1.0.0/stats`]) {
    const { model_stats: [stats] } = await (await app.request(path)).json();
    assertEquals([stats.inference_count, stats.execution_count], [5, 3]);
    const { success, fail, compute_infer } = stats.inference_stats;
    assertEquals([success.count, fail.count, compute_infer], [3, 1, { count: 3, ns: 9e6 }]);
    assertEquals(stats.batch_stats.map((row: { batch_size: number }) => row.batch_size), [1, 3]);
  }
});

Deno.test("kserveRoutes() list all versions with their state, and reach those that are loaded", async () => {
  const { app, deps, service } = testApp();
  const [next, router] = [fakeLane(), createSingleRouter()];
  const card = { ...FAKE_CARD, version: "1.1.0" };
  router.attach(fakeDeployment([next], card));
  const other = createModelService({ ...{ card, router, clock: deps.clock }, report() {} });
  const status = (version: string, state: VersionStatus["state"], reason = "") =>
    ({ name: "unet-small", version, state, reason }) as const;
  Object.assign(deps.models, {
    ...fakeModelTable([other, service]), // the last answers who names no version
    list: () => [service],
    versions: () =>
      Promise.resolve([
        ...[status("1.0.0", "ready"), status("1.1.0", "ready"), status("1.2.0", "loading")],
        status("2.0.0", "unavailable", "not loaded"),
      ]),
  });
  const index = async (body: string) =>
    (await (await app.request("/v2/repository/index", post(body))).json())
      .map(({ version, state, reason }: Record<string, string>) => [version, state, reason]);
  const ready = [["1.0.0", "READY", ""], ["1.1.0", "READY", ""]];
  assertEquals(await index(`{"ready":true}`), ready);
  assertEquals(await index(""), [
    ...[...ready, ["1.2.0", "LOADING", ""], ["2.0.0", "UNAVAILABLE", "not loaded"]],
  ]);
  assertEquals((await (await app.request(MODEL)).json()).versions, ["1.0.0", "1.1.0"]);
  assertEquals((await app.request(`${MODEL}/versions/1.1.0/ready`)).status, 200);
  assertEquals((await app.request(`${MODEL}/versions/2.0.0/ready`)).status, 404);
  const { model_stats } = await (await app.request("/v2/models/stats")).json();
  assertEquals(model_stats.map(({ version }: { version: string }) => version), ["1.0.0", "1.1.0"]);
});

Deno.test("kserveRoutes() tell the observer of each input once, with its highest score", async () => {
  const { app, frames, lane } = testApp(LIMIT);
  const data = [...VALUES, ...VALUES.map((value) => value / 2)];
  const two = JSON.stringify({ inputs: [{ ...INPUT, shape: [2, ...SHAPE.slice(1)], data }] });
  await app.request(`${MODEL}/infer`, post(two));
  const highest = FIRST_CHANNEL.at(-1)!;
  assertEquals(frames.map(({ outcome, score, stream }) => [outcome, score, stream]), [
    ...[["done", highest, undefined], ["done", highest / 2, undefined]],
  ]);
  lane.infer = () => Promise.reject(new Error("no"));
  await app.request(`${MODEL}/infer`, post(jsonRequest()));
  const model = { name: "unet-small", version: "1.0.0" };
  assertEquals(frames.slice(2), [{ model, outcome: "failed", code: "internal" }]);
});
