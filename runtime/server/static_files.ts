// The dashboard's files: read once, TypeScript with its types stripped, an ETag on each. Only listed files
// are served, so a path can never leave the list.

import { eTag, ifNoneMatch } from "@std/http/etag";
import { contentType } from "@std/media-types";
import { extname } from "@std/path";
import { stripTypeScriptTypes } from "node:module";

/** Modules outside dashboard/ that the page loads. They must not need Deno. */
const SHARED_MODULES = [
  "auth/bearer.ts",
  "client/backoff.ts",
  "client/client.ts",
  "client/errors.ts",
  "client/event_parser.ts",
  "client/follow_events.ts",
  "client/reconnecting_stream.ts",
  "client/socket.ts",
  "client/stream_client.ts",
  "client/watch_client.ts",
  "postprocess/packed_mask.ts",
  "render/colour_map.ts",
  "stream/accounting.ts",
  "stream/close_codes.ts",
  "stream/protocol.ts",
  "stream/reply_protocol.ts",
  "stream/view_protocol.ts",
];
const SERVED_TYPES = [".html", ".css", ".ts", ".svg"];

/** Nothing but the page's own files and its own server; the overlay is drawn on a canvas. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

interface StaticFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

export interface StaticFiles {
  /** Answers for a path like "dashboard/main.ts", or undefined when it is not in the list. */
  respond(path: string, request: Request): Response | undefined;
}

/** Reads the files below the runtime folder. */
export async function loadStaticFiles(
  root: string = `${import.meta.dirname}/..`,
): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  const own = (await Array.fromAsync(Deno.readDir(`${root}/dashboard`)))
    .map((entry) => entry.name)
    .filter((name) => SERVED_TYPES.includes(extname(name)));
  for (const path of [...own.map((name) => `dashboard/${name}`), ...SHARED_MODULES]) {
    files.set(path, await loadFile(`${root}/${path}`));
  }
  return {
    respond(path, request) {
      const file = files.get(path);
      if (!file) return undefined;
      const headers = {
        "etag": file.etag,
        "cache-control": "no-cache",
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "permissions-policy": "camera=(self)",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      };
      if (!ifNoneMatch(request.headers.get("if-none-match"), file.etag)) {
        return new Response(null, { status: 304, headers });
      }
      return new Response(file.body, { headers: { ...headers, "content-type": file.type } });
    },
  };
}

async function loadFile(path: string): Promise<StaticFile> {
  const isModule = extname(path) === ".ts";
  const text = await Deno.readTextFile(path);
  const body = new TextEncoder().encode(isModule ? stripTypeScriptTypes(text) : text);
  const type = contentType(isModule ? ".js" : extname(path)) ?? "application/octet-stream";
  return { body, type, etag: (await eTag(body))! };
}
