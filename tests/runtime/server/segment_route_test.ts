import { assertEquals } from "@std/assert";
import { FrameError } from "../../../runtime/frame.ts";
import { decodeRle } from "../../../runtime/postprocess/rle.ts";
import { unpackMask } from "../../../runtime/postprocess/packed_mask.ts";
import { FAKE_MASK } from "../../helpers/fake_lane.ts";
import { rawRequest, readProblem, testApp } from "../../helpers/test_app.ts";

const PATH = "/v1/models/unet-small/segment";

/** Sends a request and lets the fake lane answer it. */
async function post(path: string, init: RequestInit, error?: Error) {
  const bench = testApp();
  const pending = bench.app.request(path, init);
  while (!bench.lane.busy) await new Promise((resolve) => setTimeout(resolve));
  await bench.lane.answer(error);
  return { ...bench, response: await pending };
}

/** Sends a request that never reaches the lane. */
async function refused(path: string, init: RequestInit) {
  const { app } = testApp();
  return await readProblem(await app.request(path, init));
}

Deno.test("segmentRoute() answers JSON with regions, run lengths and times", async () => {
  const { response, lane } = await post(PATH, rawRequest());
  const { mask, ...body } = await response.json();
  assertEquals(response.headers.get("content-type"), "application/json");
  assertEquals(response.headers.get("server-timing")?.startsWith("decode;dur=1.00, "), true);
  assertEquals([body.model.name, body.model.provider, body.verdict], [
    "unet-small",
    "cpu",
    "defect",
  ]);
  assertEquals([body.score, body.threshold, body.minRegionScore], [0.9, 0.5, 0.75]);
  assertEquals([body.frame, body.regions[0].area], [{ width: 32, height: 16 }, 32]);
  assertEquals(decodeRle(mask), unpackMask(FAKE_MASK));
  assertEquals(lane.wants, [{}]);
});

const PICTURES: [string, Record<string, string>, string][] = [
  [PATH, { accept: "image/png" }, "overlay"],
  [`${PATH}?view=mask`, { accept: "image/png" }, "mask"],
  [`${PATH}?view=heatmap`, {}, "heatmap"],
  [`${PATH}?view=overlay`, { accept: "*/*" }, "overlay"],
  [`${PATH}?version=1.0.0`, { accept: "text/html, image/png;q=0.5" }, "overlay"],
];

for (const [path, headers, picture] of PICTURES) {
  Deno.test(`segmentRoute() answers ${path} ${JSON.stringify(headers)} with the ${picture}`, async () => {
    const { response, lane } = await post(path, rawRequest(headers));
    assertEquals(response.headers.get("content-type"), "image/png");
    assertEquals(response.headers.get("x-lineside-verdict"), "defect");
    assertEquals((await response.bytes())[0], 0x89);
    assertEquals(lane.wants, [{ png: picture as "mask" }]);
  });
}

Deno.test("segmentRoute() answers JSON when JSON is preferred, whatever the view", async () => {
  const { response } = await post(`${PATH}?view=mask`, rawRequest({ accept: "application/json" }));
  assertEquals(response.headers.get("content-type"), "application/json");
  await response.body?.cancel();
});

Deno.test("segmentRoute() refuses what it cannot serve", async () => {
  const missing = await refused("/v1/models/none/segment", rawRequest());
  assertEquals([missing.status, missing.code], [404, "no-such-model"]);
  assertEquals(missing.detail, `There is no model "none", served are unet-small 1.0.0`);
  assertEquals((await refused(`${PATH}?version=2.0.0`, rawRequest())).code, "no-such-model");
  assertEquals((await refused(`${PATH}?view=x`, rawRequest())).status, 400);
  for (const wrong of ["0", "soon", "", "1e9"]) {
    const problem = await refused(PATH, rawRequest({ "x-deadline-ms": wrong }));
    assertEquals([problem.status, problem.detail.includes("header x-deadline-ms")], [400, true]);
  }
  const unacceptable = await refused(PATH, rawRequest({ accept: "text/html" }));
  assertEquals(unacceptable.status, 406);
  assertEquals(unacceptable.detail.includes("offered are application/json, image/png"), true);
});

Deno.test("segmentRoute() refuses frames before the lane sees them", async () => {
  const cases: [RequestInit, number, string][] = [
    [rawRequest({}, new Uint8Array()), 400, "empty"],
    [rawRequest({}, null), 400, "empty"],
    [rawRequest({}, new Uint8Array(3)), 400, "size-mismatch"],
    [rawRequest({}, new Uint8Array(1001)), 413, "too-large"],
    [rawRequest({ "x-frame-width": "30000", "x-frame-height": "30000" }), 413, "too-large"],
    [rawRequest({ "content-type": "video/mp4" }), 415, "unsupported-media-type"],
  ];
  for (const [init, status, code] of cases) {
    const problem = await refused(PATH, init);
    assertEquals([problem.status, problem.code], [status, code]);
  }
});

Deno.test("segmentRoute() answers a frame that cannot be decoded with 422", async () => {
  const { response } = await post(PATH, rawRequest(), new FrameError("truncated", "ends early"));
  const problem = await readProblem(response);
  assertEquals([problem.status, problem.code, problem.detail], [422, "truncated", "ends early"]);
});

Deno.test("segmentRoute() answers 500 without a word of the inside, which is logged", async () => {
  const { response, log } = await post(PATH, rawRequest(), new Error("/secret/path"));
  const text = await response.text();
  assertEquals([response.status, text.includes("secret")], [500, false]);
  assertEquals(log.some((line) => line.includes("/secret/path")), true);
});

Deno.test("segmentRoute() answers 503 when too many wait or the lane has died", async () => {
  const { app, lane } = testApp();
  const pending = Array.from({ length: 18 }, () => app.request(PATH, rawRequest()));
  const refusedOne = await Promise.race(pending);
  assertEquals([refusedOne.status, refusedOne.headers.get("retry-after")], [503, "1"]);
  assertEquals((await readProblem(refusedOne)).code, "overloaded");
  for (let answered = 0; answered < 17; answered++) await lane.answer();
  assertEquals((await Promise.all(pending)).filter(({ status }) => status === 200).length, 17);

  lane.alive = false;
  assertEquals((await readProblem(await app.request(PATH, rawRequest()))).code, "not-ready");
});

Deno.test("segmentRoute() answers 504 at the deadline, while the lane still works", async () => {
  const { app, lane, clock } = testApp();
  const pending = app.request(PATH, rawRequest({ "x-deadline-ms": "40" }));
  while (!lane.busy) await new Promise((resolve) => setTimeout(resolve));
  clock.advance(40);
  const { status, code, detail } = await readProblem(await pending);
  assertEquals([status, code, detail], [504, "expired", "There was no answer within 40 ms"]);
  await lane.answer();
});

Deno.test("segmentRoute() tells the observer of each frame once, with what it waited", async () => {
  const bench = testApp();
  const pending = bench.app.request(PATH, rawRequest());
  while (!bench.lane.busy) await new Promise((resolve) => setTimeout(resolve));
  bench.clock.advance(40);
  await bench.lane.answer();
  await (await pending).body?.cancel();
  bench.lane.alive = false;
  await bench.app.request(PATH, rawRequest());
  const model = { name: "unet-small", version: "1.0.0" };
  const [done, refused, ...more] = bench.frames;
  const times = { waitMs: done!.times!.waitMs, totalMs: done!.times!.totalMs };
  assertEquals([done!.model, done!.outcome, done!.score, times], [
    ...[model, "done", 0.9, { waitMs: 25, totalMs: 40 }],
  ]);
  assertEquals([refused, more], [{ model, outcome: "refused", code: "not-ready" }, []]);
});
