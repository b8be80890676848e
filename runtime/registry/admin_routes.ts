// The admin API: what there is of a model's versions, and operations on them. Knows no server and no router.

import { z } from "zod";
import { HttpProblem, type ProblemCode } from "../server/problem.ts";
import { type Answer, type Route, route, type RouteSpec } from "../server/route.ts";
import { readAdminBody } from "./admin_body.ts";
import { historyAnswer, shadowAnswer, versionList } from "./answer_schemas.ts";
import type { ModelRegistry } from "./model_registry.ts";
import type { Registry } from "./registry.ts";
import {
  canarySchema,
  emptySchema,
  levelsSchema,
  shadowSchema,
  switchSchema,
  versionSchema,
} from "./schemas.ts";

const MODEL = "/v1/models/{name}";
const PARAMS = z.object({ name: z.string().min(1) });
const VERSION_PARAMS = z.object({ ...PARAMS.shape, version: versionSchema });

const OPERATION: readonly ProblemCode[] = [
  ...["no-such-model", "foreign-origin", "too-many-operations", "stopping"] as const,
];
const BODY: readonly ProblemCode[] = [
  ...["bad-request", "body-timeout", "too-large", "unsupported-media-type"] as const,
];
/** Of operations that may have to load a version. */
const LOADING: readonly ProblemCode[] = [
  ...["golden-mismatch", "load-failed", "load-timeout", "no-such-version"] as const,
  ...["package-corrupt", "too-many-versions"] as const,
];
const VERSIONS = answers(versionList, "The versions as they are then");

/** The handler of one operation, with its body read. */
type Perform<P, B> = (model: ModelRegistry, given: { params: P; body: B }) => Promise<unknown>;

/** Every operation answers when it has ended. Handlers throw HttpProblem and RegistryError. */
export function adminRoutes(registry: Registry): Route[] {
  return [
    ...readingRoutes(registry),
    ...versionRoutes(registry),
    ...trafficRoutes(registry),
  ];
}

function readingRoutes(registry: Registry): Route[] {
  const shared = { ...{ method: "GET", tag: "versions", params: PARAMS } as const };
  return [
    route({
      ...{ ...shared, path: `${MODEL}/versions`, summary: "All versions of a model" },
      answers: answers(versionList, "Those in the folder or in memory"),
      problems: ["no-such-model"],
      handle: ({ params }) => listVersions(findModel(registry, params.name)),
    }),
    route({
      ...{ ...shared, path: `${MODEL}/shadow`, summary: "How the shadow differs" },
      answers: answers(shadowAnswer, "Its report; null when there is no shadow"),
      problems: ["no-such-model"],
      handle({ params }) {
        const { shadow } = findModel(registry, params.name).traffic;
        const report = shadow && { version: shadow.loaded.version, report: shadow.report() };
        return json<typeof shadowAnswer>({ shadow: report ?? null });
      },
    }),
    route({
      ...{ ...shared, path: `${MODEL}/history`, summary: "What happened to a model's versions" },
      answers: answers(historyAnswer, "The last events"),
      problems: ["no-such-model"],
      handle({ params }) {
        const { name } = findModel(registry, params.name);
        return json<typeof historyAnswer>({ events: [...registry.history.list(name)] });
      },
    }),
  ];
}

function versionRoutes(registry: Registry): Route[] {
  const version = `${MODEL}/versions/{version}`;
  return [
    operation(registry, {
      ...{ method: "POST", path: `${version}/load`, params: VERSION_PARAMS, body: emptySchema },
      summary: "Loads a version and keeps it until it is unloaded",
      problems: LOADING,
      perform: (model, { params }) => model.load(params.version),
    }),
    operation(registry, {
      ...{ method: "POST", path: `${version}/unload`, params: VERSION_PARAMS, body: emptySchema },
      summary: "Frees a version that has no part in serving",
      problems: ["in-use", "not-loaded"],
      perform: (model, { params }) => model.unload(params.version),
    }),
    operation(registry, {
      ...{ method: "POST", path: `${MODEL}/switch`, params: PARAMS, body: switchSchema },
      summary: "Makes a version the serving one",
      problems: [...LOADING, "too-slow"],
      perform: (model, { body: { version, watchMs, force } }) =>
        model.switchTo(version, {
          ...(watchMs !== undefined && { watchMs }),
          ...(force !== undefined && { force }),
        }),
    }),
    operation(registry, {
      ...{ method: "POST", path: `${MODEL}/rollback`, params: PARAMS, body: emptySchema },
      summary: "Goes back to the version that served before",
      problems: [...LOADING, "no-previous"],
      perform: (model) => model.rollBack(),
    }),
    operation(registry, {
      ...{ method: "PUT", path: `${MODEL}/threshold`, params: PARAMS, body: levelsSchema },
      summary: "Changes the levels of the serving version",
      problems: ["nothing-serves"],
      perform: (model, { body: { threshold, minRegionScore } }) =>
        model.setLevels({ threshold, ...(minRegionScore !== undefined && { minRegionScore }) }),
    }),
  ];
}

function trafficRoutes(registry: Registry): Route[] {
  return [
    operation(registry, {
      ...{ method: "POST", path: `${MODEL}/canary`, params: PARAMS, body: canarySchema },
      summary: "Gives a version a share of the batches",
      problems: [...LOADING, "in-use", "nothing-serves"],
      perform: (model, { body: { version, share } }) => model.startCanary(version, share),
    }),
    operation(registry, {
      ...{ method: "DELETE", path: `${MODEL}/canary`, params: PARAMS },
      summary: "Ends the canary",
      perform: (model) => model.endCanary(),
    }),
    operation(registry, {
      ...{ method: "POST", path: `${MODEL}/shadow`, params: PARAMS, body: shadowSchema },
      summary: "Shows a version the served frames",
      problems: [...LOADING, "in-use", "nothing-serves"],
      perform: (model, { body: { version } }) => model.startShadow(version),
    }),
    operation(registry, {
      ...{ method: "DELETE", path: `${MODEL}/shadow`, params: PARAMS },
      summary: "Ends the shadow",
      perform: (model) => model.endShadow(),
    }),
  ];
}

interface OperationSpec<P, B> extends Pick<RouteSpec<P>, "method" | "path" | "summary"> {
  readonly params: z.ZodObject & z.ZodType<P>;
  /** None for a method without a body. */
  readonly body?: z.ZodType<B>;
  /** Beside those of every operation. */
  readonly problems?: readonly ProblemCode[];
  readonly perform: Perform<P, B>;
}

function operation<P extends { readonly name: string }, B>(
  registry: Registry,
  { body, problems = [], perform, ...spec }: OperationSpec<P, B>,
): Route {
  return route({
    ...{ ...spec, tag: "versions", answers: VERSIONS },
    ...(body && {
      bodies: { "application/json": body },
      bodyRequired: !body.safeParse({}).success,
    }),
    problems: [...OPERATION, ...(body ? BODY : []), ...problems],
    async handle({ request, params }) {
      const model = findModel(registry, params.name);
      checkOrigin(request);
      const given = body ? await readAdminBody(request, body) : undefined as B;
      await perform(model, { params, body: given });
      return await listVersions(model);
    },
  });
}

/** @throws {HttpProblem} "no-such-model" */
function findModel(registry: Registry, name: string): ModelRegistry {
  const model = registry.find(name);
  if (model) return model;
  const there = registry.list().map((model) => model.name).join(", ");
  throw new HttpProblem("no-such-model", `There is no model "${name}", served are ${there}`);
}

async function listVersions(model: ModelRegistry): Promise<Response> {
  return json<typeof versionList>({ model: model.name, versions: await model.versions() });
}

function answers(schema: z.ZodType, description: string): Readonly<Record<number, Answer>> {
  return { 200: { description, content: { "application/json": schema } } };
}

function json<S extends z.ZodType>(body: z.infer<S>): Response {
  return Response.json(body, { headers: { "cache-control": "no-store" } });
}

/** Browsers let every page send a bodyless POST to every address; they say from where. */
function checkOrigin(request: Request): void {
  const origin = request.headers.get("origin");
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (origin === null || URL.parse(origin)?.host === host) return;
  throw new HttpProblem("foreign-origin", `Origin is "${origin}", this server is "${host}"`);
}
