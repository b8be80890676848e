// Which models are served, and the card of each. Knows no frame.

import { z } from "zod";
import { NOT_MODIFIED, taggedJson } from "./json_answer.ts";
import type { ModelService, ModelTable } from "./model_service.ts";
import { HttpProblem } from "./problem.ts";
import { type Route, route } from "./route.ts";
import { modelSummary, modelWithCard } from "./schemas.ts";

export const MODEL_PARAMS = z.object({ name: z.string().min(1) });
export const MODEL_QUERY = z.object({
  version: z.string().min(1).optional().describe("A version; the serving one when none is named"),
});

export function modelRoutes(models: ModelTable): Route[] {
  return [
    route({
      ...{ method: "GET", path: "/v1/models", tag: "models" },
      summary: "The models that are served",
      answers: {
        200: {
          description: "The models, with their state",
          content: { "application/json": z.strictObject({ models: z.array(modelSummary) }) },
        },
      },
      handle: () => Response.json({ models: models.list().map(summarize) }),
    }),
    route({
      ...{ method: "GET", path: "/v1/models/{name}", tag: "models" },
      summary: "One model with its whole card",
      params: MODEL_PARAMS,
      query: MODEL_QUERY,
      answers: {
        200: {
          description: "The model",
          content: { "application/json": modelWithCard },
          headers: { ETag: "Tag of the content" },
        },
        304: NOT_MODIFIED,
      },
      problems: ["no-such-model"],
      handle({ request, params, query }) {
        const service = findModel(models, params.name, query.version);
        const body: z.infer<typeof modelWithCard> = { ...summarize(service), card: service.card };
        return taggedJson(request, body);
      },
    }),
  ];
}

/** @throws {HttpProblem} "no-such-model" */
export function findModel(models: ModelTable, name: string, version?: string): ModelService {
  const found = models.find(name, version);
  if (found) return found;
  const there = models.list().map(({ card }) => `${card.name} ${card.version}`).join(", ");
  throw new HttpProblem(
    "no-such-model",
    `There is no model "${name}"${version ? ` version "${version}"` : ""}, served are ${there}`,
  );
}

/** The parts of the card that a client looks at, and how the model is served. */
function summarize(service: ModelService): z.infer<typeof modelSummary> {
  const { name, version, network, input, products, metrics } = service.card;
  const { threshold, minRegionScore } = service.card;
  const ready = service.state() === "ready";
  return {
    ...{ name, version, state: service.state(), network, products, metrics },
    ...{ threshold, minRegionScore },
    input: { width: input.width, height: input.height },
    ...(ready
      ? { variant: service.describe().variant, provider: service.describe().provider }
      : {}),
  };
}
