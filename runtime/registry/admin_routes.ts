// The admin API: operations on the versions of a model as handlers by path and method. Knows no framework.

import { HttpProblem } from "../server/problem.ts";
import { readAdminBody } from "./admin_body.ts";
import type { ModelRegistry } from "./model_registry.ts";
import type { Registry } from "./registry.ts";
import { canarySchema, emptySchema, levelsSchema, shadowSchema, switchSchema } from "./schemas.ts";

/** @param parameter the value of a `:name` in the path */
export type AdminHandler = (
  request: Request,
  parameter: (name: string) => string,
) => Promise<Response>;

export type AdminRoutes = Readonly<
  Record<string, Readonly<Partial<Record<"GET" | "POST" | "PUT" | "DELETE", AdminHandler>>>>
>;

/**
 * Every operation answers when it has ended, with the versions as they are then.
 * Handlers throw HttpProblem and RegistryError.
 */
export function adminRoutes(registry: Registry): AdminRoutes {
  type Operation = (
    model: ModelRegistry,
    request: Request,
    parameter: (name: string) => string,
  ) => Promise<unknown>;

  const operation = (perform: Operation): AdminHandler => async (request, parameter) => {
    const model = find(parameter("name"));
    checkOrigin(request);
    await perform(model, request, parameter);
    return await versions(model);
  };

  function find(name: string): ModelRegistry {
    const model = registry.find(name);
    if (model) return model;
    const there = registry.list().map((model) => model.name).join(", ");
    throw new HttpProblem("no-such-model", `There is no model "${name}", served are ${there}`);
  }

  return {
    "/v1/models/:name/versions": {
      GET: (_, parameter) => versions(find(parameter("name"))),
    },
    "/v1/models/:name/versions/:version/load": {
      POST: operation(async (model, request, parameter) => {
        await readAdminBody(request, emptySchema);
        await model.load(parameter("version"));
      }),
    },
    "/v1/models/:name/versions/:version/unload": {
      POST: operation(async (model, request, parameter) => {
        await readAdminBody(request, emptySchema);
        await model.unload(parameter("version"));
      }),
    },
    "/v1/models/:name/switch": {
      POST: operation(async (model, request) => {
        const { version, watchMs, force } = await readAdminBody(request, switchSchema);
        await model.switchTo(version, {
          ...(watchMs !== undefined && { watchMs }),
          ...(force !== undefined && { force }),
        });
      }),
    },
    "/v1/models/:name/canary": {
      POST: operation(async (model, request) => {
        const { version, share } = await readAdminBody(request, canarySchema);
        await model.startCanary(version, share);
      }),
      DELETE: operation((model) => model.endCanary()),
    },
    "/v1/models/:name/shadow": {
      GET(_, parameter) {
        const { shadow } = find(parameter("name")).traffic;
        const report = shadow && { version: shadow.loaded.version, report: shadow.report() };
        return Promise.resolve(json({ shadow: report ?? null }));
      },
      POST: operation(async (model, request) => {
        const { version } = await readAdminBody(request, shadowSchema);
        await model.startShadow(version);
      }),
      DELETE: operation((model) => model.endShadow()),
    },
    "/v1/models/:name/rollback": {
      POST: operation(async (model, request) => {
        await readAdminBody(request, emptySchema);
        await model.rollBack();
      }),
    },
    "/v1/models/:name/threshold": {
      PUT: operation(async (model, request) => {
        const { threshold, minRegionScore } = await readAdminBody(request, levelsSchema);
        await model.setLevels({
          threshold,
          ...(minRegionScore !== undefined && { minRegionScore }),
        });
      }),
    },
    "/v1/models/:name/history": {
      GET: (_, parameter) =>
        Promise.resolve(json({ events: registry.history.list(find(parameter("name")).name) })),
    },
  };
}

async function versions(model: ModelRegistry): Promise<Response> {
  return json({ model: model.name, versions: await model.versions() });
}

function json(body: unknown): Response {
  return Response.json(body, { headers: { "cache-control": "no-store" } });
}

/** Browsers let every page send a bodyless POST to every address; they say from where. */
function checkOrigin(request: Request): void {
  const origin = request.headers.get("origin");
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (origin === null || URL.parse(origin)?.host === host) return;
  throw new HttpProblem("foreign-origin", `Origin is "${origin}", this server is "${host}"`);
}
