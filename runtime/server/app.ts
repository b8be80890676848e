// All routes of the server, as one hono app built from its parts. Opens no port.

import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { Metrics } from "../metrics/metrics.ts";
import {
  acceptStream,
  type Connection,
  type ConnectionDeps,
  type StreamSocket,
} from "../stream/connection.ts";
import { STREAM_NAME } from "../stream/hello.ts";
import { acceptViewer } from "../stream/watch.ts";
import type { Drain } from "./drain.ts";
import { cardRoute, modelSummary } from "./model_routes.ts";
import type { ModelService } from "./model_service.ts";
import {
  HttpProblem,
  isInternal,
  type ProblemCode,
  problemOf,
  problemResponse,
  PROBLEMS,
} from "./problem.ts";
import { readyResponse } from "./readiness.ts";
import { segmentRoute } from "./segment_route.ts";
import type { StaticFiles } from "./static_files.ts";
import { socketRoute } from "./socket_route.ts";

export interface AppDeps extends Omit<ConnectionDeps, "frameBudget"> {
  readonly files: StaticFiles;
  /** For a request's body to arrive. */
  readonly bodyTimeoutMs: number;
  /** Open sockets, so that a stop can reach them. */
  readonly connections: Set<Connection>;
  /** Stands before every route, in this order. */
  readonly middleware: readonly MiddlewareHandler[];
  readonly metrics: Pick<Metrics, "text" | "contentType">;
  readonly drain: Pick<Drain, "announced">;
  /** For each further frame of the stream that a request opens: 0, or the ms to wait. */
  frameBudget(request: Request): () => number;
}

type Handler = (context: Context) => Response | Promise<Response>;
type Methods = Readonly<Partial<Record<"GET" | "POST", Handler>>>;

export function createApp(deps: AppDeps): Hono {
  const { models, streams, files, limits, bodyTimeoutMs, connections, log, metrics } = deps;
  const { observer, clock } = deps;

  const routes: Readonly<Record<string, Methods>> = {
    "/": { GET: (c) => file("dashboard/index.html", c) },
    "/app/*": { GET: (c) => file(c.req.path.slice("/app/".length), c) },
    "/healthz": { GET: (c) => c.json({ status: "ok" }) },
    "/readyz": { GET: () => readyResponse(models.list(), deps.drain.announced) },
    "/metrics": {
      GET: async (c) => c.body(await metrics.text(), 200, { "content-type": metrics.contentType }),
    },
    "/problems/:code": {
      GET(c) {
        const code = c.req.param("code") ?? "";
        if (!Object.hasOwn(PROBLEMS, code)) {
          throw new HttpProblem("not-found", `There is no problem "${code}"`);
        }
        return c.json({ type: c.req.path, ...PROBLEMS[code as ProblemCode] });
      },
    },
    "/v1/models": { GET: (c) => c.json({ models: models.list().map(modelSummary) }) },
    "/v1/models/:name": { GET: (c) => cardRoute(c.req.raw, service(c)) },
    "/v1/models/:name/segment": {
      POST: (c) =>
        segmentRoute(c.req.raw, service(c), { ...limits, bodyTimeoutMs, observer, clock }),
    },
    "/v1/streams": {
      GET: (c) =>
        c.json({
          streams: streams.list().map(({ name, model, counters }) => ({
            ...{ name, model, counters: counters() },
          })),
        }),
    },
    "/v1/stream": {
      GET: (c) =>
        socket(
          c,
          (socket) => acceptStream(socket, { ...deps, frameBudget: deps.frameBudget(c.req.raw) }),
        ),
    },
    "/v1/watch/:stream": {
      GET(c) {
        const stream = c.req.param("stream") ?? "";
        if (STREAM_NAME.test(stream)) {
          return socket(c, (socket) => acceptViewer(socket, stream, deps));
        }
        throw new HttpProblem("bad-request", `"${stream}" is not a stream's name`);
      },
    },
  };

  function file(path: string, c: Context): Response {
    const response = files.respond(path, c.req.raw);
    if (response) return response;
    throw new HttpProblem("not-found", `There is no "${c.req.path}"`);
  }

  function service(c: Context): ModelService {
    const [name, version] = [c.req.param("name") ?? "", c.req.query("version")];
    const found = models.find(name, version);
    if (found) return found;
    const there = models.list().map(({ card }) => `${card.name} ${card.version}`).join(", ");
    throw new HttpProblem(
      "no-such-model",
      `There is no model "${name}"${version ? ` version "${version}"` : ""}, served are ${there}`,
    );
  }

  function socket(c: Context, accept: (socket: StreamSocket) => Connection): Response {
    return socketRoute(c.req.raw, connections, accept);
  }

  const app = new Hono();
  for (const handler of deps.middleware) app.use(handler);
  for (const [path, methods] of Object.entries(routes)) {
    const allow = [...Object.keys(methods), ...(methods.GET ? ["HEAD"] : [])].join(", ");
    if (methods.GET) app.get(path, methods.GET);
    if (methods.POST) app.post(path, methods.POST);
    app.all(path, (c) => {
      throw new HttpProblem("method-not-allowed", `${c.req.method} is not among ${allow}`, {
        allow,
      });
    });
  }
  app.notFound((c) =>
    problemResponse({ code: "not-found", detail: `There is no "${c.req.path}"` })
  );
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (isInternal(problem)) log.error(`${c.req.method} ${c.req.path}: ${error.stack}`);
    return problemResponse(problem);
  });
  return app;
}
