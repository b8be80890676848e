// Whether the server lives and is ready, and what its error codes mean.

import { z } from "zod";
import type { ModelTable } from "./model_service.ts";
import { HttpProblem, type ProblemCode, PROBLEMS } from "./problem.ts";
import { NOT_MODIFIED, taggedJson } from "./json_answer.ts";
import { type Route, route } from "./route.ts";

const problemKind = z.strictObject({ type: z.string(), status: z.int(), title: z.string() })
  .meta({ id: "ProblemKind" });

export function systemRoutes(models: ModelTable): Route[] {
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
    route({
      ...{ method: "GET", path: "/readyz", tag: "system" },
      summary: "Whether every model has passed its golden check",
      answers: {
        200: {
          description: "All models are ready",
          content: { "application/json": z.strictObject({ status: z.literal("ready") }) },
        },
      },
      problems: ["not-ready"],
      handle() {
        const waiting = models.list().find((service) => service.state() !== "ready");
        if (!waiting) return Response.json({ status: "ready" });
        throw new HttpProblem("not-ready", `Model "${waiting.card.name}" is ${waiting.state()}`);
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
