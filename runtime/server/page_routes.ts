// The page and its files.

import { z } from "zod";
import { NOT_MODIFIED } from "./json_answer.ts";
import { HttpProblem } from "./problem.ts";
import { type Answer, type Route, route } from "./route.ts";
import type { StaticFiles } from "./static_files.ts";

const html: Answer = { description: "The page", content: { "text/html": "binary" } };
const file: Answer = {
  description: "The file; modules come without their types",
  content: {
    "text/html": "binary",
    "text/css": "binary",
    "text/javascript": "binary",
    "image/svg+xml": "binary",
  },
};

export function pageRoutes(files: StaticFiles): Route[] {
  function respond(path: string, request: Request): Response {
    const response = files.respond(path, request);
    if (response) return response;
    throw new HttpProblem("not-found", `There is no "${path}"`);
  }

  return [
    route({
      ...{ method: "GET", path: "/", tag: "page" },
      summary: "The page that shows live streams",
      answers: { 200: html, 304: NOT_MODIFIED },
      problems: ["not-found"],
      handle: ({ request }) => respond("dashboard/index.html", request),
    }),
    route({
      ...{ method: "GET", path: "/app/{folder}/{file}", tag: "page" },
      summary: "A file of the page, or a module of the client",
      params: z.object({ folder: z.string().min(1), file: z.string().min(1) }),
      answers: { 200: file, 304: NOT_MODIFIED },
      problems: ["not-found"],
      handle: ({ request, params: { folder, file } }) => respond(`${folder}/${file}`, request),
    }),
  ];
}
