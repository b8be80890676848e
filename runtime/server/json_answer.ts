// JSON answers that a cache may ask about again: an ETag and 304 (RFC 9110, section 13.1.2). Knows no route.

import { eTag, ifNoneMatch } from "@std/http/etag";
import type { Answer } from "./route.ts";

/** What a route with {@linkcode taggedJson} declares beside its 200. */
export const NOT_MODIFIED: Answer = {
  description: "If-None-Match names the ETag that the answer still has",
  headers: { ETag: "Tag of the content" },
};

/** The value as JSON with an ETag, or 304 for a request that has it already. */
export async function taggedJson(request: Request, value: unknown): Promise<Response> {
  const body = JSON.stringify(value);
  const etag = (await eTag(body))!;
  const headers = { "cache-control": "no-cache", etag };
  return ifNoneMatch(request.headers.get("if-none-match"), etag)
    ? new Response(body, { headers: { ...headers, "content-type": "application/json" } })
    : new Response(null, { status: 304, headers });
}
