// The Prometheus metrics of a server, in a registry of their own. What they count comes through the observer
// and, for what is now, from a look at scrape time.

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { createDrifts, type Drifts } from "./drifts.ts";
import type { FrameEvent, Observer } from "./observer.ts";

/** Seconds: from a light network on a GPU to a large one on a busy CPU. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const SCORES = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1];
const STAGES = ["decode", "preprocess", "run", "postprocess", "encode", "wait", "total"] as const;
/** Models and versions that are told apart; a swap brings a new version, and a process may see many. */
const MAX_MODELS = 64;
const OTHER = "other";

interface Named {
  readonly name: string;
  readonly version: string;
}

/** The server at the time of a scrape. */
export interface ServerNow {
  /** Each model with its serving version. */
  readonly models: readonly (Named & { readonly state: string })[];
  /** Frames and inputs that wait for a turn. */
  readonly queues: readonly (Named & { readonly waiting: number })[];
  /** Versions in memory: open lanes, and batches that are being answered. */
  readonly deployments: readonly (Named & {
    readonly lanes: number;
    readonly inFlight: number;
  })[];
  readonly streams: number;
  readonly viewers: number;
  readonly connections: number;
  /** Undefined without TLS. */
  readonly certificateEnds?: Date | undefined;
}

export interface Metrics extends Required<Observer> {
  readonly contentType: string;
  /** The text that Prometheus reads. */
  text(): Promise<string>;
}

export interface MetricsOptions {
  /** Streams that are counted under their own name. */
  readonly maxStreams: number;
  readonly now: () => ServerNow;
  /** The card's counts of image scores of a model, when it has them. */
  readonly scoresOf: (name: string, version: string) => readonly number[] | undefined;
}

export function createMetrics({ maxStreams, now, scoresOf }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const stages = new Histogram({
    ...{ name: "lineside_stage_seconds", help: "Time of a done frame in each stage", registers },
    ...{ labelNames: ["model", "version", "stage"] as const, buckets: SECONDS },
  });
  const scores = new Histogram({
    ...{ name: "lineside_image_score", help: "Highest score of the map of a frame", registers },
    ...{ labelNames: ["model", "version"] as const, buckets: SCORES },
  });
  const frames = new Counter({
    ...{ name: "lineside_frames_total", help: "Frames by what became of them", registers },
    labelNames: ["model", "version", "stream", "outcome"] as const,
  });
  const requests = new Counter({
    ...{ name: "lineside_http_requests_total", help: "Answered requests", registers },
    labelNames: ["method", "route", "status"] as const,
  });
  const requestSeconds = new Histogram({
    ...{ name: "lineside_http_request_seconds", help: "Time to the answer's header", registers },
    ...{ labelNames: ["route"] as const, buckets: SECONDS },
  });
  const drifts = createDrifts(scoresOf);
  addLook(registry, now, drifts);

  const streamName = bounded(maxStreams);
  const modelName = bounded(MAX_MODELS);

  function onFrame({ model, stream, outcome, score, times }: FrameEvent): void {
    const known = modelName(`${model.name} ${model.version}`) !== OTHER;
    const labels = known ? { model: model.name, version: model.version } : OTHERS;
    frames.inc({ ...labels, stream: stream === undefined ? "" : streamName(stream), outcome });
    for (const stage of times ? STAGES : []) {
      stages.observe({ ...labels, stage }, times![`${stage}Ms`] / 1000);
    }
    if (score !== undefined && Number.isFinite(score)) { // a map may hold what is no number
      scores.observe(labels, score);
      if (known) drifts.add(model, score);
    }
  }

  return {
    contentType: registry.contentType,
    onFrame,
    onRequest({ method, route, status, ms }) {
      requests.inc({ method, route, status: String(status) });
      requestSeconds.observe({ route }, ms / 1000);
    },
    text: () => registry.metrics(),
  };
}

const OTHERS = { model: OTHER, version: OTHER };

/** The first `most` names stay what they are, later ones are "other": labels must not grow without end. */
function bounded(most: number): (name: string) => string {
  const names = new Set<string>();
  return (name) => {
    if (names.size < most) names.add(name);
    return names.has(name) ? name : OTHER;
  };
}

/** The gauges: what is now. */
function addLook(
  registry: Registry,
  now: () => ServerNow,
  drifts: Drifts,
): void {
  const registers = [registry];
  const labelNames = ["model", "version"] as const;
  const gauge = <L extends string>(name: string, help: string, names: readonly L[] = []) =>
    new Gauge<L>({ name: `lineside_${name}`, help, registers, labelNames: [...names] });
  const state = gauge("model_state", "1 for the state that a model is in", [
    ...labelNames,
    "state",
  ]);
  const lanes = gauge("lanes", "Lanes that are open and alive", labelNames);
  const busy = gauge("batches_in_flight", "Batches that are being answered", labelNames);
  const queue = gauge("queue_length", "Frames and inputs that wait for a turn", labelNames);
  const psi = gauge(
    "score_drift_psi",
    "Population-stability index of the last scores against the card's",
    labelNames,
  );
  const sockets = gauge("open_sockets", "Open WebSockets and connections", ["kind"]);
  const expiry = gauge(
    "certificate_expiry_timestamp_seconds",
    "When the certificate ends, in seconds since 1970",
  );
  const memory = gauge("process_memory_bytes", "Memory of the process", ["kind"]);
  const started = gauge("process_start_seconds", "When the process began, in seconds since 1970");
  started.set(Math.round((performance.timeOrigin ?? Date.now()) / 1000));

  // One hook for all of them, on the first that the registry asks.
  Object.assign(state, {
    collect() {
      for (const one of [state, lanes, busy, queue, psi]) one.reset();
      const { models, queues, deployments, ...others } = now();
      for (const { name, version, state: is } of models) {
        state.set({ model: name, version, state: is }, 1);
      }
      for (const { name, version, waiting } of queues) {
        queue.set({ model: name, version }, waiting);
      }
      for (const { name, version, lanes: open, inFlight } of deployments) {
        lanes.inc({ model: name, version }, open);
        busy.inc({ model: name, version }, inFlight);
      }
      for (const { name, version, index } of drifts.indices(deployments)) {
        psi.set({ model: name, version }, index);
      }
      sockets.set({ kind: "stream" }, others.streams);
      sockets.set({ kind: "viewer" }, others.viewers);
      sockets.set({ kind: "connection" }, others.connections);
      if (others.certificateEnds) expiry.set(others.certificateEnds.getTime() / 1000);
      else expiry.remove(); // 0 would be an end long ago
      const { rss, heapUsed, external } = Deno.memoryUsage();
      memory.set({ kind: "resident" }, rss);
      memory.set({ kind: "heap" }, heapUsed);
      memory.set({ kind: "external" }, external);
    },
  });
}
