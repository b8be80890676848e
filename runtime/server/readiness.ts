// GET /readyz: whether traffic should come here, model by model, with the reason where not.

import { z } from "zod";
import { STATUS_CODE } from "@std/http/status";
import type { ModelService, ModelTable, ServiceState } from "./model_service.ts";
import type { Drain } from "./drain.ts";
import { HttpProblem, type ProblemCode, PROBLEMS } from "./problem.ts";
import { type ErrorStyle, PROBLEM_JSON, problemSchema, type Route, route } from "./route.ts";

const REASONS: Readonly<Record<ServiceState, string | undefined>> = {
  ready: undefined,
  loading: "is being loaded and checked against its golden output",
  failed: "has lost its lane",
  stopping: "answers what is in flight and takes no more",
};

const readyModel = z.strictObject({
  ...{ name: z.string(), version: z.string() },
  state: z.enum(["loading", "ready", "failed", "stopping"]),
  reason: z.string().optional().describe("Where it is not ready"),
}).meta({ id: "ReadyModel" });

const ready = z.strictObject({ status: z.literal("ready"), models: z.array(readyModel) })
  .meta({ id: "Ready" });

/** A problem that names the models, too. */
const NOT_READY: ErrorStyle = {
  ...PROBLEM_JSON,
  schema: (codes) =>
    problemSchema.extend({ code: z.enum(codes), models: z.array(readyModel).optional() }),
};

export function readinessRoute(models: ModelTable, drain: Pick<Drain, "announced">): Route {
  return route({
    ...{ method: "GET", path: "/readyz", tag: "system" },
    summary: "Whether every model has passed its golden check, and the server does not end",
    answers: {
      200: { description: "All models are ready", content: { "application/json": ready } },
    },
    problems: ["not-ready", "draining"],
    errors: NOT_READY,
    handle: () => readyResponse(models.list(), drain.announced),
  });
}

const STOPS = "The server is about to stop: send nothing more";
const RETRY = { "retry-after": "1" };

/** What readiness says once the stop is announced, as another protocol's routes throw it. */
export function announcedStop(): HttpProblem {
  return new HttpProblem("draining", STOPS, RETRY);
}

/** 200, or 503 as problem+json with the member `models`. */
export function readyResponse(services: readonly ModelService[], draining: boolean): Response {
  const models = services.map((service) => {
    const state = service.state();
    const reason = REASONS[state];
    const { name, version } = service.card;
    return { name, version, state, ...(reason === undefined ? {} : { reason }) };
  });
  const waiting = models.filter(({ state }) => state !== "ready");
  const headers = { "cache-control": "no-store" };
  if (!draining && waiting.length === 0) {
    return Response.json({ status: "ready", models }, { headers });
  }
  const code: ProblemCode = draining ? "draining" : "not-ready";
  const detail = draining
    ? STOPS
    : waiting.map(({ name, version, state, reason }) =>
      `Model "${name}" ${version} is ${state}: it ${reason}`
    ).join("; ");
  const problem = { type: `/problems/${code}`, title: PROBLEMS[code].title, status: 503 };
  return Response.json({ ...problem, detail, code, models }, {
    status: STATUS_CODE.ServiceUnavailable,
    headers: { ...headers, "content-type": "application/problem+json", ...RETRY },
  });
}
