// The Open Inference Protocol v2 over HTTP, with Triton's extensions for binary tensors, repository index,
// model configuration and statistics. Takes turns with frames through the model service.
// https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol

import { z } from "zod";
import { readBody } from "../server/body.ts";
import type { Drain } from "../server/drain.ts";
import { findModel } from "../server/model_routes.ts";
import { type ModelService, type ModelTable, UnavailableError } from "../server/model_service.ts";
import { HttpProblem } from "../server/problem.ts";
import { announcedStop } from "../server/readiness.ts";
import { type Answer, type Route, route, type RouteSpec } from "../server/route.ts";
import {
  configOf,
  describeModel,
  indexOf,
  modelConfig,
  modelMetadata,
  modelStatistics,
  repositoryIndex,
  serverMetadata,
  statisticsOf,
} from "./describe.ts";
import { KSERVE_ERRORS } from "./errors.ts";
import { inferAnswer } from "./infer_answer.ts";
import { inferRequest } from "./infer_request.ts";
import { infer, type InferDeps } from "./infer_route.ts";

export interface KserveDeps extends InferDeps {
  readonly models: ModelTable;
  readonly drain: Pick<Drain, "announced">;
}

const EXTENSIONS = ["binary_tensor_data", "model_configuration", "model_repository", "statistics"];
const MAX_INDEX_BYTES = 64 * 1024;
const indexRequest = z.looseObject({ ready: z.boolean().optional() });
const INFER_HEADERS = z.object({
  "inference-header-content-length": z.string().regex(/^\d{1,10}$/).optional()
    .describe("Bytes of JSON at the start of the body, when binary values follow"),
});
const shared = { tag: "inference", errors: KSERVE_ERRORS } as const;
const healthy: Readonly<Record<number, Answer>> = {
  200: { description: "Yes", content: { "application/json": z.strictObject({}) } },
};

export function kserveRoutes(deps: KserveDeps): Route[] {
  const { models, drain, statistics, bodyTimeoutMs } = deps;
  const json = (schema: z.ZodType, description: string) => ({
    200: { description, content: { "application/json": schema } },
  });

  return [
    route({
      ...{ ...shared, method: "GET", path: "/v2", summary: "Name, version and extensions" },
      answers: json(serverMetadata, "The server"),
      handle: () => Response.json({ name: "lineside", version: "2", extensions: EXTENSIONS }),
    }),
    route({
      ...{ ...shared, method: "GET", path: "/v2/health/live", summary: "Whether it lives" },
      answers: healthy,
      handle: () => Response.json({}),
    }),
    route({
      ...{ ...shared, method: "GET", path: "/v2/health/ready", summary: "Whether all are ready" },
      answers: healthy,
      problems: ["not-ready", "draining"],
      handle() {
        if (drain.announced) throw announcedStop();
        return models.list().map(ready).at(-1) ?? Response.json({});
      },
    }),
    route({
      ...{
        ...shared,
        method: "POST",
        path: "/v2/repository/index",
        summary: "All versions of all models",
      },
      bodies: { "application/json": indexRequest },
      bodyRequired: false,
      answers: json(repositoryIndex, "The versions with their state"),
      problems: ["bad-request", "too-large", "body-timeout"],
      async handle({ request }) {
        const bytes = await readBody(request, {
          ...{ maxBytes: MAX_INDEX_BYTES, timeoutMs: bodyTimeoutMs },
        });
        const readyOnly = wantsReadyOnly(bytes);
        const index = indexOf(await models.versions());
        return Response.json(index.filter(({ state }) => !readyOnly || state === "READY"));
      },
    }),
    route({
      ...{ ...shared, method: "GET", path: "/v2/models/stats", summary: "Statistics of all" },
      answers: json(modelStatistics, "Sums since the start"),
      async handle() {
        const cards = (await answering(models)).map(({ card }) => card);
        const model_stats = cards.map((card) => statisticsOf(card, statistics.sums(card)));
        return Response.json({ model_stats });
      },
    }),
    ...modelPaths(models, (path, find) => [
      route({
        ...{ ...shared, ...path("", "Inputs and outputs of a model"), method: "GET" },
        answers: json(modelMetadata, "The model"),
        async handle({ params }) {
          const { card } = find(params);
          const cards = (await answering(models)).map((service) => service.card);
          const versions = cards.filter(({ name }) => name === card.name);
          return Response.json(describeModel(card, versions.map(({ version }) => version)));
        },
      }),
      route({
        ...{ ...shared, ...path("/ready", "Whether a model is ready"), method: "GET" },
        answers: healthy,
        problems: ["no-such-model", "not-ready"],
        handle: ({ params }) => ready(find(params)),
      }),
      route({
        ...{ ...shared, ...path("/config", "Configuration as Triton tells it"), method: "GET" },
        answers: json(modelConfig, "The configuration"),
        handle: ({ params }) => Response.json(configOf(find(params).card)),
      }),
      route({
        ...{ ...shared, ...path("/stats", "Statistics of a model"), method: "GET" },
        answers: json(modelStatistics, "Sums since the start"),
        handle({ params }) {
          const { card } = find(params);
          return Response.json({ model_stats: [statisticsOf(card, statistics.sums(card))] });
        },
      }),
      route({
        ...{ ...shared, ...path("/infer", "Runs the network on tensors"), method: "POST" },
        headers: INFER_HEADERS,
        bodies: { "application/json": inferRequest, "application/octet-stream": "binary" },
        answers: {
          200: {
            description: "The map; binary with Inference-Header-Content-Length",
            content: { "application/json": inferAnswer, "application/octet-stream": "binary" },
            headers: { "Inference-Header-Content-Length": "Bytes of JSON at the start" },
          },
        },
        problems: [
          ...["no-such-model", "bad-request", "too-large", "unsupported-media-type"] as const,
          ...["body-timeout", "not-ready", "overloaded", "lane-failed", "run-failed"] as const,
        ],
        handle({ request, params, headers }) {
          const length = headers["inference-header-content-length"];
          const headerLength = length === undefined ? undefined : Number(length);
          return infer(request, find(params), headerLength, deps);
        },
      }),
    ]),
  ];
}

interface ModelParams {
  readonly name: string;
  readonly version?: string;
}
type PathOf = (
  rest: string,
  summary: string,
) => Required<Pick<RouteSpec<ModelParams>, "path" | "summary" | "params" | "problems">>;

/** The same routes of a model without and with a version. */
function modelPaths(
  models: ModelTable,
  routes: (path: PathOf, find: (params: ModelParams) => ModelService) => Route[],
): Route[] {
  const find = ({ name, version }: ModelParams) => findModel(models, name, version);
  const name = z.string().min(1);
  const bases = [
    ["/v2/models/{name}", z.object({ name })],
    ["/v2/models/{name}/versions/{version}", z.object({ name, version: name })],
  ] as const;
  return bases.flatMap(([base, params]) =>
    routes(
      (rest, summary) => ({ path: base + rest, summary, params, problems: ["no-such-model"] }),
      find,
    )
  );
}

/** A service for each version that may be named. */
async function answering(models: ModelTable): Promise<readonly ModelService[]> {
  const services = (await models.versions()).map(({ name, version }) => models.find(name, version));
  return services.filter((service) => service !== undefined);
}

/** @throws {UnavailableError} */
function ready(service: ModelService): Response {
  const { name, version } = service.card;
  if (service.state() === "ready") return Response.json({});
  throw new UnavailableError("not-ready", `Model "${name}" ${version} is ${service.state()}`);
}

/** @throws {HttpProblem} "bad-request" */
function wantsReadyOnly(body: Uint8Array): boolean {
  if (body.length === 0) return false;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    return indexRequest.parse(JSON.parse(text)).ready ?? false;
  } catch {
    throw new HttpProblem("bad-request", `The body must be a JSON object, {"ready": true} or {}`);
  }
}
