// Whether the server lives and is ready, what it counts, and what its error codes mean.

import { z } from "zod";
import type { Metrics } from "../metrics/metrics.ts";
import type { Drain } from "./drain.ts";
import type { ModelTable } from "./model_service.ts";
import { HttpProblem, type ProblemCode, PROBLEMS } from "./problem.ts";
import { NOT_MODIFIED, taggedJson } from "./json_answer.ts";
import { readinessRoute } from "./readiness.ts";
import { type Route, route } from "./route.ts";

const problemKind = z.strictObject({ type: z.string(), status: z.int(), title: z.string() })
  .meta({ id: "ProblemKind" });

export interface SystemDeps {
  readonly models: ModelTable;
  readonly metrics: Pick<Metrics, "text" | "contentType">;
  readonly drain: Pick<Drain, "announced">;
}

export function systemRoutes({ models, metrics, drain }: SystemDeps): Route[] {
  return [
    route({
      ...{ method: "GET", path: "/healthz", tag: "system" },
      summary: "Whether the process lives",
      answers: {
        200: {
          description: "It lives",
          content: { "application/json": z.strictObject({ status: z.literal("ok") }) },
        },
      },
      handle: () => Response.json({ status: "ok" }),
    }),
    readinessRoute(models, drain),
    route({
      ...{ method: "GET", path: "/metrics", tag: "system" },
      summary: "What is counted, as Prometheus reads it",
      answers: {
        200: {
          description: "Metrics in the text format 0.0.4",
          content: { "text/plain": "binary" },
        },
      },
      async handle() {
        const headers = { "content-type": metrics.contentType, "cache-control": "no-store" };
        return new Response(await metrics.text(), { headers });
      },
    }),
    route({
      ...{ method: "GET", path: "/problems/{code}", tag: "system" },
      summary: "What an error code means",
      params: z.object({ code: z.string().min(1) }),
      answers: {
        200: { description: "The code's row", content: { "application/json": problemKind } },
        304: NOT_MODIFIED,
      },
      problems: ["not-found"],
      handle({ request, params: { code } }) {
        if (!Object.hasOwn(PROBLEMS, code)) {
          throw new HttpProblem("not-found", `There is no problem "${code}"`);
        }
        const kind = PROBLEMS[code as ProblemCode];
        const value: z.infer<typeof problemKind> = { type: `/problems/${code}`, ...kind };
        return taggedJson(request, value);
      },
    }),
  ];
}
