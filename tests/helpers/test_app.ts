// The server's app on a fake lane: requests go in by `app.request`, no port is opened.

import { type AppDeps, createApp } from "../../runtime/server/app.ts";
import type { StaticFiles } from "../../runtime/server/static_files.ts";
import type { Connection } from "../../runtime/stream/connection.ts";
import type { StreamLimits } from "../../runtime/stream/limits.ts";
import { plainOperations } from "./operations.ts";
import { streamBench } from "./stream_bench.ts";

const NO_FILES: StaticFiles = { respond: () => undefined };

export function testApp(
  changed: Partial<StreamLimits> = {},
  files = NO_FILES,
  operations: Partial<AppDeps> = {},
) {
  const bench = streamBench({ maxFrameBytes: 1000, maxPixels: 1000, ...changed });
  const connections = new Set<Connection>();
  const app = createApp({
    ...{ ...bench.deps, ...plainOperations(), files, bodyTimeoutMs: 50, connections },
    ...operations,
  });
  return { ...bench, app, connections };
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
