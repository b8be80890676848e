// The server's app on a fake lane: requests go in by `app.request`, no port is opened, and every answer is
// held against what its route declares.

import { type AppDeps, createApp, listRoutes } from "../../runtime/server/app.ts";
import type { StaticFiles } from "../../runtime/server/static_files.ts";
import type { Connection } from "../../runtime/stream/connection.ts";
import type { StreamLimits } from "../../runtime/stream/limits.ts";
import { checkDeclared, routeOf } from "./declared.ts";
import { FAKE_CARD } from "./fake_lane.ts";
import { fakeRegistry, registryOf } from "./fake_registry.ts";
import { plainOperations } from "./operations.ts";
import { streamBench } from "./stream_bench.ts";

const NO_FILES: StaticFiles = { respond: () => undefined };

export function testApp(
  changed: Partial<StreamLimits> = {},
  files = NO_FILES,
  changes: Partial<AppDeps> = {},
) {
  const bench = streamBench({ maxFrameBytes: 1000, maxPixels: 1000, ...changed });
  const connections = new Set<Connection>();
  const registry = registryOf(fakeRegistry(undefined, FAKE_CARD.name));
  const deps: AppDeps = {
    ...{ ...bench.deps, ...plainOperations(), files, registry, bodyTimeoutMs: 10_000 },
    ...{ connections, ...changes },
  };
  const hono = createApp(deps);
  const routes = listRoutes(deps);
  async function check(method: string, path: string, response: Response): Promise<Response> {
    const route = routeOf(routes, method, path);
    if (route) await checkDeclared(route, method, response);
    return response;
  }
  const app = {
    async request(path: string, init: RequestInit = {}): Promise<Response> {
      const { pathname } = new URL(path, "http://localhost");
      return check(init.method ?? "GET", pathname, await hono.request(path, init));
    },
    /** The same for a request that others have to recognize. */
    async fetch(request: Request): Promise<Response> {
      return check(request.method, new URL(request.url).pathname, await hono.fetch(request));
    },
  };
  return { ...bench, app, hono, routes, connections };
}

/** A raw frame of 2×1 grey pixels, with changes. */
export function rawRequest(
  headers: Record<string, string> = {},
  body: BodyInit | null = Uint8Array.from([1, 2]),
): RequestInit {
  return {
    method: "POST",
    headers: {
      "content-type": "application/octet-stream",
      ...{ "x-frame-format": "gray8", "x-frame-width": "2", "x-frame-height": "1" },
      ...headers,
    },
    body,
  };
}

/** Status, code and detail of an answer that must be problem+json. */
export async function readProblem(response: Response) {
  const type = response.headers.get("content-type");
  if (type !== "application/problem+json") throw new Error(`answer is ${type}, not a problem`);
  return await response.json() as Record<"type" | "title" | "detail" | "code", string> & {
    status: number;
  };
}
