// All routes of the server, as one hono app built from their declarations. Opens no port.

import { Hono, type MiddlewareHandler } from "hono";
import { KSERVE_ERRORS } from "../kserve/errors.ts";
import { kserveRoutes } from "../kserve/routes.ts";
import { adminRoutes } from "../registry/admin_routes.ts";
import type { Registry } from "../registry/registry.ts";
import { eventRoutes } from "./event_routes.ts";
import { modelRoutes } from "./model_routes.ts";
import { withOpenApi } from "./openapi_route.ts";
import { pageRoutes } from "./page_routes.ts";
import { HttpProblem, isInternal, problemOf } from "./problem.ts";
import { PROBLEM_JSON, type Route } from "./route.ts";
import { segmentRoute } from "./segment_route.ts";
import type { StaticFiles } from "./static_files.ts";
import { type StreamDeps, streamRoutes } from "./stream_routes.ts";
import { type SystemDeps, systemRoutes } from "./system_routes.ts";

export interface AppDeps extends StreamDeps, SystemDeps {
  readonly files: StaticFiles;
  readonly registry: Registry;
  /** For a request's body to arrive. */
  readonly bodyTimeoutMs: number;
  /** Stands before every route, in this order. */
  readonly middleware: readonly MiddlewareHandler[];
}

/** Every route of the server. Of two that fit a path, the first answers. */
export function listRoutes(deps: AppDeps): readonly Route[] {
  const { models, registry, drain, statistics, files, limits, bodyTimeoutMs } = deps;
  const { events, clock, connections, observer, onRevoked } = deps;
  return withOpenApi([
    ...pageRoutes(files),
    ...systemRoutes(deps),
    ...modelRoutes(models),
    ...adminRoutes(registry),
    segmentRoute({ models, statistics, observer, clock, limits, bodyTimeoutMs }),
    ...streamRoutes(deps),
    ...eventRoutes({ events, clock, connections, onRevoked, maxReaders: limits.maxViewers }),
    ...kserveRoutes({
      ...{ models, drain, statistics, observer, clock, bodyTimeoutMs },
      maxBytes: limits.maxFrameBytes,
    }),
  ]);
}

export function createApp(deps: AppDeps): Hono {
  const routes = listRoutes(deps);
  const styleOf = (path: string) => /^\/v2(\/|$)/.test(path) ? KSERVE_ERRORS : PROBLEM_JSON;

  const app = new Hono();
  for (const handler of deps.middleware) app.use(handler);
  for (const [path, methods] of Map.groupBy(routes, ({ spec }) => spec.path)) {
    const names = methods.map(({ spec }) => spec.method);
    const allow = [...names, ...(names.includes("GET") ? ["HEAD"] : [])].join(", ");
    const pattern = path.replaceAll(/\{(\w+)\}/g, ":$1");
    for (const { spec, answer } of methods) {
      app.on(spec.method, pattern, (c) => answer(c.req.raw, c.req.param()));
    }
    app.all(pattern, (c) => {
      throw new HttpProblem("method-not-allowed", `${c.req.method} is not among ${allow}`, {
        allow,
      });
    });
  }
  app.notFound((c) =>
    styleOf(c.req.path).respond({ code: "not-found", detail: `There is no "${c.req.path}"` })
  );
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (isInternal(problem)) deps.log.error(`${c.req.method} ${c.req.path}: ${error.stack}`);
    return styleOf(c.req.path).respond(problem);
  });
  return app;
}
