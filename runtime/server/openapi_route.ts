// GET /openapi.json: the description of all routes, its own among them.

import { z } from "zod";
import { NOT_MODIFIED, taggedJson } from "./json_answer.ts";
import { openApi, type OpenApiDocument } from "./openapi.ts";
import { type Route, route } from "./route.ts";

/** The same routes and one more, which describes them all. */
export function withOpenApi(routes: readonly Route[]): readonly Route[] {
  let document: OpenApiDocument | undefined;
  const all: readonly Route[] = [
    ...routes,
    route({
      ...{ method: "GET", path: "/openapi.json", tag: "system" },
      summary: "This description, OpenAPI 3.1",
      answers: {
        200: {
          description: "The document",
          content: { "application/json": z.looseObject({ openapi: z.string() }) },
          headers: { ETag: "Tag of the content" },
        },
        304: NOT_MODIFIED,
      },
      handle: ({ request }) => taggedJson(request, document ??= openApi(all)),
    }),
  ];
  return all;
}
