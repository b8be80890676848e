import { assertEquals, assertStringIncludes } from "@std/assert";
import { createMetrics, type ServerNow } from "../../../runtime/metrics/metrics.ts";
import type { FrameEvent } from "../../../runtime/metrics/observer.ts";

const NOW: ServerNow = {
  models: [{ name: "bolt", version: "1.0.0", state: "ready" }],
  queues: [{ name: "bolt", version: "1.0.0", waiting: 3 }],
  deployments: [
    { name: "bolt", version: "1.0.0", lanes: 2, inFlight: 1 },
    { name: "bolt", version: "1.1.0", lanes: 1, inFlight: 0 },
  ],
  ...{ streams: 1, viewers: 2, connections: 4 },
};
const TIMES = { decodeMs: 4, preprocessMs: 1, runMs: 30, postprocessMs: 1, encodeMs: 1 };
const DONE: FrameEvent = {
  ...{ model: { name: "bolt", version: "1.0.0" }, stream: "camera-1", outcome: "done" },
  ...{ score: 0.7, times: { ...TIMES, waitMs: 3, totalMs: 40 } },
};

function metricsOf(scores?: readonly number[]) {
  let now = NOW;
  const metrics = createMetrics({ maxStreams: 2, now: () => now, scoresOf: () => scores });
  return {
    ...metrics,
    look: (next: ServerNow) => now = next,
    reload: (next: readonly number[]) => scores = next,
  };
}

/** The samples of one metric, without its help. */
const samples = (text: string, name: string) =>
  text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

Deno.test("createMetrics() times every stage of a done frame in seconds, by model and version", async () => {
  const metrics = metricsOf();
  metrics.onFrame(DONE);
  const text = await metrics.text();
  const sums = samples(text, "lineside_stage_seconds_sum");
  const stages = {
    decode: 4,
    preprocess: 1,
    run: 30,
    postprocess: 1,
    encode: 1,
    wait: 3,
    total: 40,
  };
  assertEquals(sums.length, 7);
  for (const [stage, ms] of Object.entries(stages)) {
    const labels = `model="bolt",version="1.0.0",stage="${stage}"`;
    assertEquals(sums.includes(`lineside_stage_seconds_sum{${labels}} ${ms / 1000}`), true, text);
  }
  assertStringIncludes(
    text,
    `lineside_stage_seconds_bucket{le="0.025",model="bolt",version="1.0.0",stage="run"} 0`,
  );
  assertStringIncludes(
    text,
    `lineside_stage_seconds_bucket{le="0.05",model="bolt",version="1.0.0",stage="run"} 1`,
  );
  assertStringIncludes(text, `lineside_image_score_sum{model="bolt",version="1.0.0"} 0.7`);
});

Deno.test("createMetrics() counts outcomes by stream, and folds streams above its limit", async () => {
  const metrics = metricsOf();
  for (const stream of ["a", "b", "c", "d", "a"]) {
    metrics.onFrame({ model: DONE.model, stream, outcome: "dropped", code: "replaced" });
  }
  metrics.onFrame({ model: DONE.model, outcome: "refused", code: "empty" });
  const counts = samples(await metrics.text(), "lineside_frames_total");
  const of = (stream: string, outcome: string, value: number) =>
    `lineside_frames_total{model="bolt",version="1.0.0",stream="${stream}",outcome="${outcome}"} ${value}`;
  assertEquals(counts.toSorted(), [
    of("", "refused", 1),
    of("a", "dropped", 2),
    of("b", "dropped", 1),
    of("other", "dropped", 2),
  ]);
});

Deno.test("createMetrics() folds models above its limit", async () => {
  const metrics = metricsOf();
  for (let n = 0; n < 200; n++) {
    metrics.onFrame({ ...DONE, model: { name: "bolt", version: `1.0.${n}` } });
  }
  const counts = samples(await metrics.text(), "lineside_frames_total");
  assertEquals([counts.length, counts.at(-1)?.endsWith(" 136")], [65, true]);
});

Deno.test("createMetrics() looks at the server when it is asked, and forgets what is gone", async () => {
  const metrics = metricsOf();
  const first = await metrics.text();
  assertStringIncludes(first, `lineside_model_state{model="bolt",version="1.0.0",state="ready"} 1`);
  assertStringIncludes(first, `lineside_lanes{model="bolt",version="1.0.0"} 2`);
  assertStringIncludes(first, `lineside_lanes{model="bolt",version="1.1.0"} 1`);
  assertStringIncludes(first, `lineside_batches_in_flight{model="bolt",version="1.0.0"} 1`);
  assertStringIncludes(first, `lineside_queue_length{model="bolt",version="1.0.0"} 3`);
  assertStringIncludes(first, `lineside_open_sockets{kind="viewer"} 2`);
  const resident = samples(first, "lineside_process_memory_bytes")[0]!;
  assertEquals(Number(resident.split(" ")[1]) > 1e6, true, resident);
  metrics.look({ ...NOW, models: [{ ...NOW.models[0]!, state: "failed" }], deployments: [] });
  const second = samples(await metrics.text(), "lineside_model_state");
  assertEquals(second, [`lineside_model_state{model="bolt",version="1.0.0",state="failed"} 1`]);
  assertEquals(samples(await metrics.text(), "lineside_lanes"), []);
});

Deno.test("createMetrics() measures drift against the card's scores, where it has them", async () => {
  const [with_, without] = [metricsOf([50, 50]), metricsOf()];
  for (let n = 0; n < 100; n++) {
    for (const metrics of [with_, without]) metrics.onFrame({ ...DONE, score: n % 2 ? 0.1 : 0.9 });
  }
  const psi = async (metrics: typeof with_) =>
    samples(await metrics.text(), "lineside_score_drift_psi");
  assertEquals(await psi(with_), [`lineside_score_drift_psi{model="bolt",version="1.0.0"} 0`]);
  assertEquals(await psi(without), []);
});

Deno.test("createMetrics() forgets the drift of a version that is not in memory any more", async () => {
  const metrics = metricsOf([50, 50]);
  const psi = async () => samples(await metrics.text(), "lineside_score_drift_psi").length;
  for (let n = 0; n < 100; n++) metrics.onFrame({ ...DONE, score: 0.9 });
  assertEquals(await psi(), 1);
  metrics.look({ ...NOW, deployments: NOW.deployments.slice(1) });
  assertEquals(await psi(), 0);
  metrics.look(NOW);
  for (let n = 0; n < 99; n++) metrics.onFrame({ ...DONE, score: 0.9 });
  assertEquals(await psi(), 0);
});

Deno.test("createMetrics() measures drift anew when a version comes back with another card", async () => {
  const metrics = metricsOf([50, 50]);
  const fill = () => {
    for (let n = 0; n < 100; n++) metrics.onFrame({ ...DONE, score: 0.9 });
  };
  fill();
  metrics.reload([0, 100]);
  metrics.onFrame({ ...DONE, score: 0.9 });
  assertEquals(samples(await metrics.text(), "lineside_score_drift_psi"), []);
  fill();
  const [index] = samples(await metrics.text(), "lineside_score_drift_psi");
  assertEquals(index, `lineside_score_drift_psi{model="bolt",version="1.0.0"} 0`);
});

Deno.test("createMetrics() tells when the certificate ends, and nothing where there is none", async () => {
  const metrics = metricsOf();
  const name = "lineside_certificate_expiry_timestamp_seconds";
  assertEquals(samples(await metrics.text(), name), []);
  metrics.look({ ...NOW, certificateEnds: new Date("2030-01-01T00:00:00Z") });
  assertEquals(samples(await metrics.text(), name), [`${name} 1893456000`]);
});

Deno.test("createMetrics() counts a frame whose score is no number, and nothing else of it", async () => {
  const metrics = metricsOf([50, 50]);
  for (let n = 0; n < 99; n++) metrics.onFrame(DONE);
  for (const score of [NaN, Infinity]) metrics.onFrame({ ...DONE, score });
  const text = await metrics.text();
  assertEquals(samples(text, "lineside_frames_total").map((line) => line.split(" ")[1]), ["101"]);
  const count = `lineside_image_score_count{model="bolt",version="1.0.0"}`;
  assertStringIncludes(text, `${count} 99`);
  assertEquals(samples(text, "lineside_score_drift_psi"), []);
});

Deno.test("createMetrics() keeps two servers of one process apart", async () => {
  const [a, b] = [metricsOf(), metricsOf()];
  a.onRequest({ method: "GET", route: "/healthz", status: 200, ms: 2 });
  assertStringIncludes(
    await a.text(),
    `lineside_http_requests_total{method="GET",route="/healthz",status="200"} 1`,
  );
  assertEquals(samples(await b.text(), "lineside_http_requests_total"), []);
});
